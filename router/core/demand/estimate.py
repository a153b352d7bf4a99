"""What an operation may cost at most, by what is known before it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from graphql import GraphQLList, GraphQLNonNull, GraphQLSchema, ValueNode

from router.core.demand.formula import UNKNOWN, Builder, Formula, Slot, Value
from router.core.demand.inputs import Given, Inputs, arguments_of
from router.core.demand.sizes import SIZE_MAX, Size, list_size_of
from router.core.demand.weights import OPERATION_COSTS, Weights
from router.core.operation import Operation
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph.costs import Costs, SizedFields

Trees: TypeAlias = tuple[SizedFields, ...]
"""Sized fields of the fields above, the nearest first."""


class Sized(NamedTuple):
    """What lists of sized fields cost: ``each`` for each of their items, or in ``all`` where their size is unknown."""

    each: Value = 0.0
    all: Value = 0.0


class Terms(NamedTuple):
    """A cost: ``free`` of the fields above, plus what is ``sized`` by each of them."""

    free: Value
    sized: tuple[Sized, ...] = ()


def compile_estimate(
    costs: Costs, schema: GraphQLSchema, operation: Operation, default_list_size: int
) -> Formula:
    """Takes a while; keep it with the operation. ``default_list_size`` is that of lists of which nothing is said.

    The size of the formula, and the time this takes, are in proportion to the document, not to what its fragments
    expand to: each fragment is compiled once for each type that it may meet.
    """
    return _Compiler(Weights(costs, schema), default_list_size).operation(operation)


def estimate_cost(
    costs: Costs,
    schema: GraphQLSchema,
    operation: Operation,
    variables: Mapping[str, Any],
    default_list_size: int,
) -> float:
    """Once. ``variables`` come from ``Operation.coerce_variables``. Raises SlicingArgumentsError."""
    return compile_estimate(costs, schema, operation, default_list_size).cost(variables)


@dataclass(frozen=True, slots=True)
class InputCost:
    """A step: what a variable holds, as an argument or a part of one."""

    inputs: Inputs
    given: Given

    @property
    def operands(self) -> tuple[()]:
        return ()

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        return self.inputs.of_variable(self.given, variables)

    def show(self, names: Sequence[str]) -> str:  # noqa: ARG002
        return f"input ${self.given.variable}"


class _Compiler:
    def __init__(self, weights: Weights, default_list_size: int) -> None:
        self._weights = weights
        self._inputs = Inputs(weights)
        self._default = float(min(max(0, default_list_size), SIZE_MAX))
        self._builder = Builder()
        self._fields: dict[tuple[int, int, Trees], Terms] = {}
        self._fragments: dict[tuple[int, str, Trees], Terms] = {}
        self._values: dict[tuple[int, str, Trees], tuple[Terms, ...]] = {}
        self._arguments: dict[int, dict[str, ValueNode]] = {}

    def operation(self, operation: Operation) -> Formula:
        root = operation.root_type
        terms = self._object(root, root, operation.selections, ())
        return self._builder.finish(self._builder.add([OPERATION_COSTS[operation.kind], terms.free]))

    def _object(
        self, type_name: str, selected_on: str, selections: Sequence[Selection], trees: Trees
    ) -> Terms:
        """What is selected of an object, without its own weight."""
        found: list[Terms] = []
        for selection in selections:
            if isinstance(selection, Fragment):
                if type_name in self._weights.possible_types(selection.type_condition):
                    found.append(self._fragment(selection, type_name, trees))
            elif not selection.name.startswith("__"):
                variant = self._weights.variant(type_name, selected_on, selection.name)
                key = (id(selection), variant, trees)
                known = self._fields.get(key)
                if known is None:
                    known = self._fields[key] = self._field(selection, type_name, selected_on, trees)
                found.append(known)
        add = self._builder.add
        sized = [
            Sized(add([terms.sized[n].each for terms in found]), add([terms.sized[n].all for terms in found]))
            for n in range(len(trees))
        ]
        return Terms(add([terms.free for terms in found]), tuple(sized))

    def _fragment(self, fragment: Fragment, type_name: str, trees: Trees) -> Terms:
        key = (id(fragment), type_name, trees)
        known = self._fragments.get(key)
        if known is None:
            known = self._object(type_name, fragment.type_condition, fragment.selections, trees)
            self._fragments[key] = known
        return known

    def _field(self, field: Field, type_name: str, selected_on: str, trees: Trees) -> Terms:
        definition = self._weights.definition(type_name, field.name)
        size, own_tree = self._list_size(field, type_name, selected_on, definition)
        outer = [n for n, tree in enumerate(trees) if field.name in tree.below]
        below = (*own_tree, *(trees[n].below[field.name] for n in outer))
        values = self._value(field, self._weights.value_type(definition), below)
        if own_tree:
            values = tuple(self._settle(each, size) for each in values)
        depth, largest = _list_depth(definition.type), self._builder.largest
        item = self._inner_lists(largest([each.free for each in values]), depth)
        free = [self._call(field, type_name, selected_on)]
        sized = [Sized()] * len(trees)
        for place, n in enumerate(outer):
            each = self._inner_lists(largest([terms.sized[place].each for terms in values]), depth)
            all_ = self._inner_lists(largest([terms.sized[place].all for terms in values]), depth)
            sized[n] = Sized(self._list(each, size, depth), self._list(all_, size, depth))
        sizer = next((n for n, tree in enumerate(trees) if depth and field.name in tree.lists), None)
        if sizer is None:
            free.append(self._list(item, size, depth))
        else:
            sized[sizer] = Sized(item, self._list(item, size, depth))
        when = self._builder.when
        return Terms(
            when(field.conditions, self._builder.add(free)),
            tuple(Sized(when(field.conditions, a), when(field.conditions, b)) for a, b in sized),
        )

    def _value(self, field: Field, type_name: str, trees: Trees) -> tuple[Terms, ...]:
        """One value of a field with its own weight: for each type that it may have, what differs."""
        if not field.selections:
            return (Terms(self._weights.of_type(type_name), (Sized(),) * len(trees)),)
        key = (id(field), type_name, trees)
        known = self._values.get(key)
        if known is None:
            found: dict[Terms, None] = {}
            for possible in self._weights.possible_types(type_name):
                terms = self._object(possible, type_name, field.selections, trees)
                free = self._builder.add([self._weights.of_type(possible), terms.free])
                found[Terms(free, terms.sized)] = None
            known = self._values[key] = tuple(found)
        return known

    def _settle(self, terms: Terms, size: Value) -> Terms:
        """With the size of the nearest field above, which is this one."""
        nearest, *others = terms.sized
        return Terms(
            self._builder.add([terms.free, self._builder.items(size, nearest.each, nearest.all)]),
            tuple(others),
        )

    def _list_size(
        self, field: Field, type_name: str, selected_on: str, definition: Any
    ) -> tuple[Value, Trees]:
        said = self._weights.list_size(type_name, selected_on, field.name)
        if said is None:
            return self._default, ()
        coordinate, list_size = said
        size = list_size_of(list_size, coordinate, definition, self._given(field))
        slot: Value = self._builder.step(size) if isinstance(size, Size) else size
        return slot, (list_size.sized_fields,) if list_size.sized_fields is not None else ()

    def _list(self, value: Value, size: Value, depth: int) -> Value:
        """Of all the items that the field's own size says."""
        if not depth:
            return value
        if not isinstance(size, Slot):
            return self._builder.items(self._default if size == UNKNOWN else size, value, 0.0)
        return self._builder.items(size, value, self._builder.items(self._default, value, 0.0))

    def _inner_lists(self, value: Value, depth: int) -> Value:
        for _ in range(depth - 1):
            value = self._builder.items(self._default, value, 0.0)
        return value

    def _call(self, field: Field, type_name: str, selected_on: str) -> Value:
        weight = self._weights.of_call(type_name, selected_on, field.name)
        literal, given = self._inputs.literals(type_name, selected_on, field, self._given(field))
        slots: list[Slot] = [self._builder.step(InputCost(self._inputs, each)) for each in given]
        return self._builder.at_least_zero(self._builder.add([weight, literal, *slots]))

    def _given(self, field: Field) -> dict[str, ValueNode]:
        known = self._arguments.get(id(field))
        if known is None:
            known = self._arguments[id(field)] = arguments_of(field)
        return known


def _list_depth(type_: Any) -> int:
    """How many lists lie in each other."""
    depth = 0
    while isinstance(type_, (GraphQLNonNull, GraphQLList)):
        depth += isinstance(type_, GraphQLList)
        type_ = type_.of_type
    return depth
