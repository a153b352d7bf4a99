"""What an operation did cost, by what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLSchema

from router.core.demand.inputs import Given, Inputs, arguments_of
from router.core.demand.weights import OPERATION_COSTS, Weights
from router.core.operation import Operation
from router.core.selection import Field, Fragment, Selection, walk
from router.core.supergraph.costs import Costs

Groups: TypeAlias = tuple[Sequence[Selection], ...]
"""Selections of fields that are one in the response."""
Answer: TypeAlias = Mapping[str, Any]
_OUTCOMES_KEPT = 16


class ActualCost:
    """Of one operation's responses. What the selections come to is worked out once for each outcome of their conditions.

    Fields of one response key are one. A null costs its field's call and nothing else. Where an answer doesn't say of
    which type an object is, it counts as the dearest type that would have the same fields.
    """

    def __init__(self, costs: Costs, schema: GraphQLSchema, operation: Operation) -> None:
        self._weights = Weights(costs, schema)
        self._operation = operation
        self._selections = operation.selections if operation.shown is None else operation.shown
        self._deciding = sorted(
            {
                condition.variable
                for each in walk(self._selections)
                if isinstance(each, Field)
                for condition in each.conditions
            }
        )
        self._walks: dict[tuple[Any, ...], tuple[_Walk, _Place]] = {}

    def of(self, response_data: Answer | None, variables: Mapping[str, Any] | None = None) -> float:
        """Each value of ``data`` is met once; ``variables`` tell what arguments held."""
        variables = variables or {}
        outcome = tuple((name in variables, bool(variables.get(name))) for name in self._deciding)
        known = self._walks.get(outcome)
        if known is None:
            if len(self._walks) >= _OUTCOMES_KEPT:
                self._walks.clear()
            root = _Place(self._operation.root_type, (self._selections,))
            known = self._walks[outcome] = _Walk(self._weights, variables), root
        walked, root = known
        return OPERATION_COSTS[self._operation.kind] + walked.cost(response_data or {}, root, variables)


@dataclass(slots=True)
class _Place:
    """Where objects stand in a response. ``shapes`` by their keys, and what they say of their type."""

    type_name: str
    groups: Groups
    candidates: list[_Shape] = field(default_factory=list)
    shapes: dict[Any, _Shape] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One response key. ``place`` is None for leaves, of which each costs ``weight``; ``given`` is what variables add to
    the ``call``.
    """

    key: str
    call: float
    given: tuple[Given, ...]
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


class _Walk:
    """For variables that decide all conditions alike."""

    def __init__(self, weights: Weights, variables: Mapping[str, Any]) -> None:
        self._weights = weights
        self._inputs = Inputs(weights)
        self._variables = variables
        self._places: dict[tuple[str, tuple[int, ...]], _Place] = {}

    def cost(self, value: Answer, root: _Place, variables: Mapping[str, Any]) -> float:
        """Without the weight of the root itself."""
        self._variables = variables
        return self._entries(value, self._shape(value, root))

    def _entries(self, value: Answer, shape: _Shape) -> float:
        total = 0.0
        for entry in shape.entries:
            if entry.key in value:
                total += self._call(entry)
                inner = value[entry.key]
                if inner is not None and (entry.place is not None or entry.weight):
                    total += self._value(inner, entry)
        return total

    def _call(self, entry: _Entry) -> float:
        if not entry.given:
            return entry.call
        added = sum(self._inputs.of_variable(each, self._variables) for each in entry.given)
        return max(0.0, entry.call + added)

    def _value(self, value: Any, entry: _Entry) -> float:
        if value.__class__ is list:
            total = 0.0
            for item in value:
                if item is not None:
                    total += self._value(item, entry)
            return total
        if entry.place is None:
            return entry.weight
        if value.__class__ is not dict:
            return 0.0
        shape = self._shape(value, entry.place)
        return shape.weight + self._entries(value, shape) if shape.entries else shape.weight

    def _shape(self, value: Answer, place: _Place) -> _Shape:
        if not place.candidates:
            names = self._weights.possible_types(place.type_name)
            place.candidates = [self._compile(name, place) for name in names] or [_NOTHING]
        if len(place.candidates) == 1:
            return place.candidates[0]
        key = (tuple(value), *(str(value.get(each)) for each in _type_keys(place.candidates)))
        known = place.shapes.get(key)
        if known is None:
            known = place.shapes[key] = self._choose(value, place.candidates)
        return known

    def _compile(self, type_name: str, place: _Place) -> _Shape:
        collected = self._collect(type_name, place)
        entries = [
            self._entry(key, type_name, found)
            for key, found in collected.items()
            if not found[0][0].name.startswith("__") and not found[0][0].is_denied
        ]
        entries = [
            each for each in entries if each.call or each.given or each.weight or each.place is not None
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
        groups = tuple(each.selections for each, _ in found if each.selections)
        place = self._place(value_type, groups) if groups else None
        call = call if given else max(0.0, call)
        return _Entry(key, call, tuple(given), self._weights.of_type(value_type), place)

    def _place(self, type_name: str, groups: Groups) -> _Place:
        key = (type_name, tuple(map(id, groups)))
        return self._places.setdefault(key, _Place(type_name, groups))

    def _choose(self, value: Answer, candidates: Sequence[_Shape]) -> _Shape:
        possible = [shape for shape in candidates if shape.may_be(value)] or candidates
        fitting = [shape for shape in possible if shape.required <= value.keys() <= shape.keys] or possible
        return max(fitting, key=lambda shape: self._shallow(value, shape))

    def _shallow(self, value: Answer, shape: _Shape) -> float:
        return shape.weight + sum(self._call(entry) for entry in shape.entries if entry.key in value)


_NOTHING = _Shape("", 1.0, (), frozenset(), frozenset(), ())


def _type_keys(candidates: Sequence[_Shape]) -> dict[str, None]:
    return {key: None for shape in candidates for key in shape.type_keys}
