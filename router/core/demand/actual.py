"""What an operation did cost, by what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLSchema

from router.core.demand.inputs import Inputs, arguments_of
from router.core.demand.weights import OPERATION_COSTS, Weights
from router.core.operation import Operation
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph.costs import Costs

Groups: TypeAlias = tuple[Sequence[Selection], ...]
"""Selections of fields that are one in the response."""
Answer: TypeAlias = Mapping[str, Any]


def actual_cost(
    costs: Costs,
    schema: GraphQLSchema,
    operation: Operation,
    response_data: Answer | None,
    variables: Mapping[str, Any] | None = None,
) -> float:
    """Of the ``data`` of a response, each value of which is met once; ``variables`` tell what arguments held.

    Fields of one response key are one. A null costs its field's call and nothing else. Where an answer doesn't say of
    which type an object is, it counts as the dearest type that would have the same fields.
    """
    walk = _Walk(Weights(costs, schema), variables or {})
    selections = operation.selections if operation.shown is None else operation.shown
    root = _Place(operation.root_type, (selections,))
    return OPERATION_COSTS[operation.kind] + walk.fields(response_data or {}, root)


@dataclass(slots=True)
class _Place:
    """Where objects stand in a response. ``shapes`` by their keys, and what they say of their type."""

    type_name: str
    groups: Groups
    candidates: list[_Shape] = field(default_factory=list)
    shapes: dict[Any, _Shape] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One response key. ``place`` is None for leaves, of which each costs ``weight``."""

    key: str
    call: float
    weight: float
    place: _Place | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """An object of one type. It has the ``required`` of its ``keys``, and may have the others."""

    type_name: str
    weight: float
    entries: tuple[_Entry, ...]
    keys: frozenset[str]
    required: frozenset[str]
    type_keys: tuple[str, ...]

    def may_be(self, value: Answer) -> bool:
        return all(value.get(key, self.type_name) == self.type_name for key in self.type_keys)

    def shallow_cost(self, value: Answer) -> float:
        return self.weight + sum(entry.call for entry in self.entries if entry.key in value)


class _Walk:
    def __init__(self, weights: Weights, variables: Mapping[str, Any]) -> None:
        self._weights = weights
        self._inputs = Inputs(weights)
        self._variables = variables
        self._places: dict[tuple[str, tuple[int, ...]], _Place] = {}

    def fields(self, value: Answer, place: _Place) -> float:
        """Without the weight of the object itself."""
        return self._entries(value, self._shape(value, place))

    def _entries(self, value: Answer, shape: _Shape) -> float:
        total = 0.0
        for entry in shape.entries:
            if entry.key in value:
                total += entry.call
                inner = value[entry.key]
                if inner is not None and (entry.place is not None or entry.weight):
                    total += self._value(inner, entry)
        return total

    def _value(self, value: Any, entry: _Entry) -> float:
        if isinstance(value, list):
            total = 0.0
            for item in value:
                if item is not None:
                    total += self._value(item, entry)
            return total
        if entry.place is None:
            return entry.weight
        if not isinstance(value, Mapping):
            return 0.0
        shape = self._shape(value, entry.place)
        return shape.weight + self._entries(value, shape)

    def _shape(self, value: Answer, place: _Place) -> _Shape:
        if not place.candidates:
            names = self._weights.possible_types(place.type_name)
            place.candidates = [self._compile(name, place) for name in names] or [_NOTHING]
        if len(place.candidates) == 1:
            return place.candidates[0]
        key = (tuple(value), *(str(value.get(each)) for each in _type_keys(place.candidates)))
        known = place.shapes.get(key)
        if known is None:
            known = place.shapes[key] = _choose(value, place.candidates)
        return known

    def _compile(self, type_name: str, place: _Place) -> _Shape:
        collected = self._collect(type_name, place)
        entries = [
            self._entry(key, type_name, found)
            for key, found in collected.items()
            if not found[0][0].name.startswith("__") and not found[0][0].is_denied
        ]
        type_keys = tuple(key for key, found in collected.items() if found[0][0].name == "__typename")
        weight = self._weights.of_type(type_name)
        required = frozenset(key for key, found in collected.items() if any(map(self._must_hold, found)))
        return _Shape(type_name, weight, tuple(entries), frozenset(collected), required, type_keys)

    def _collect(self, type_name: str, place: _Place) -> dict[str, list[tuple[Field, str]]]:
        """Fields by response key, each with the type that it is selected on."""
        collected: dict[str, list[tuple[Field, str]]] = {}
        seen: set[int] = set()
        pending = [(each, place.type_name) for group in reversed(place.groups) for each in reversed(group)]
        while pending:
            selection, selected_on = pending.pop()
            if id(selection) in seen:
                continue
            seen.add(id(selection))
            if isinstance(selection, Fragment):
                condition = selection.type_condition
                if type_name in self._weights.possible_types(condition):
                    pending += [(inner, condition) for inner in reversed(selection.selections)]
            elif self._may_hold(selection):
                collected.setdefault(selection.response_key, []).append((selection, selected_on))
        return collected

    def _may_hold(self, selection: Field) -> bool:
        known = (each for each in selection.conditions if each.variable in self._variables)
        return all(condition.holds(self._variables) for condition in known)

    def _must_hold(self, found: tuple[Field, str]) -> bool:
        selection, _ = found
        return selection.deferral is None and all(
            each.variable in self._variables for each in selection.conditions
        )

    def _entry(self, key: str, type_name: str, found: list[tuple[Field, str]]) -> _Entry:
        one, selected_on = found[0]
        value_type = self._weights.value_type(self._weights.definition(type_name, one.name))
        literal, given = self._inputs.literals(type_name, selected_on, one, arguments_of(one))
        call = self._weights.of_call(type_name, selected_on, one.name) + literal
        call += sum(self._inputs.of_variable(each, self._variables) for each in given)
        groups = tuple(each.selections for each, _ in found if each.selections)
        place = self._place(value_type, groups) if groups else None
        return _Entry(key, max(0.0, call), self._weights.of_type(value_type), place)

    def _place(self, type_name: str, groups: Groups) -> _Place:
        key = (type_name, tuple(map(id, groups)))
        return self._places.setdefault(key, _Place(type_name, groups))


_NOTHING = _Shape("", 1.0, (), frozenset(), frozenset(), ())


def _type_keys(candidates: Sequence[_Shape]) -> dict[str, None]:
    return {key: None for shape in candidates for key in shape.type_keys}


def _choose(value: Answer, candidates: Sequence[_Shape]) -> _Shape:
    possible = [shape for shape in candidates if shape.may_be(value)] or candidates
    fitting = [shape for shape in possible if shape.required <= value.keys() <= shape.keys] or possible
    return max(fitting, key=lambda shape: shape.shallow_cost(value))
