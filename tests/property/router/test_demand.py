"""However a document is written: a formula says what plain recursion says, and never less than what came did cost."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
    parse,
    value_from_ast_untyped,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.demand import ActualCost, Costs, ListSize, SizedFields, compile_estimate, size_fields
from router.core.operation import Operation, prepare_operation
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import Supergraph, load_supergraph
from tests.support.shop import make_shop

SUPERGRAPHS = {
    "own": load_supergraph((Path(__file__).parents[3] / "supergraph.graphql").read_text()),
    "shop": make_shop().supergraph,
}
SMALLEST = 2
"""The shortest list that is ever assumed, and the longest that ever comes."""
DEFAULT = 3
CONDITIONS = ["", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)", " @skip(if: $no)"]


def _named(supergraph: Supergraph, name: str) -> Any:
    return supergraph.api_schema.type_map[name]


def draw_costs(supergraph: Supergraph, choose: random.Random) -> Costs:
    """Weights and sizes for some of everything."""
    costs = Costs({}, {}, {}, {}, {})
    types, fields, arguments, input_fields, sizes = (
        costs.types, costs.fields, costs.arguments, costs.input_fields, costs.list_sizes,
    )  # fmt: skip
    for name, type_ in supergraph.api_schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(type_, (GraphQLObjectType, GraphQLScalarType)) and choose.random() < 0.3:
            types[name] = float(choose.randint(0, 5))  # type: ignore[index]
        for field, definition in getattr(type_, "fields", {}).items():
            if choose.random() < 0.2:
                weighted: Any = fields if is_composite_type(type_) else input_fields
                weighted[name, field] = float(choose.randint(0, 5))
            for argument in getattr(definition, "args", {}):
                if choose.random() < 0.5:
                    arguments[name, field, argument] = float(choose.randint(-4, 4))  # type: ignore[index]
            if is_composite_type(type_) and choose.random() < 0.7:
                sizes[name, field] = _draw_size(definition, choose)  # type: ignore[index]
    return costs


def _draw_size(definition: Any, choose: random.Random) -> ListSize:
    below = get_named_type(definition.type)
    lists = [name for name, each in getattr(below, "fields", {}).items() if _depth(each.type)]
    return ListSize(
        assumed_size=choose.choice([None, SMALLEST, 4]),
        slicing_arguments=("first",) if "first" in definition.args else (),
        sized_fields=size_fields(lists) if lists and choose.random() < 0.8 else None,
        requires_one_slicing_argument=False,
    )


def _depth(type_: Any) -> int:
    depth = 0
    while isinstance(type_, (GraphQLNonNull, GraphQLList)):
        depth += isinstance(type_, GraphQLList)
        type_ = type_.of_type
    return depth


class Writer:
    """Writes a random document, its fragments spread twice or more."""

    def __init__(self, supergraph: Supergraph, choose: random.Random) -> None:
        self._supergraph = supergraph
        self._choose = choose
        self._aliases = 0
        self._fragments: list[tuple[str, str]] = []

    def document(self) -> str:
        selection = self._selection(self._supergraph.api_schema.query_type, 4)
        fragments = " ".join(text for _, text in self._fragments)
        written = set(re.findall(r"\$\w+", selection + fragments))
        declared = {"$yes": "$yes: Boolean!", "$no": "$no: Boolean = true", "$n": "$n: Int"}
        used = ", ".join(text for name, text in declared.items() if name in written)
        return f"query{f'({used})' if used else ''} {selection} {fragments}"

    def variables(self) -> dict[str, Any]:
        given = {"yes": self._choose.random() < 0.5, "n": self._choose.choice([None, SMALLEST, 5, 7.0])}
        return given if self._choose.random() < 0.5 else {**given, "no": self._choose.random() < 0.5}

    def _selection(self, type_: Any, depth: int) -> str:
        parts = ["__typename"] if self._choose.random() < 0.3 or not hasattr(type_, "fields") else []
        for name, field in getattr(type_, "fields", {}).items():
            if self._choose.random() < (0.25 if depth else 0.5):
                parts += self._field(name, field, depth)
        if is_abstract_type(type_):
            for possible in self._supergraph.api_schema.get_possible_types(type_):
                if self._choose.random() < 0.6:
                    parts.append(
                        f"... on {possible.name}{self._condition()} {self._selection(possible, depth)}"
                    )
        if parts and depth and self._choose.random() < 0.4:
            parts = self._spread(type_.name, parts)
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _spread(self, type_name: str, parts: list[str]) -> list[str]:
        name = f"F{len(self._fragments)}"
        self._fragments.append((type_name, f"fragment {name} on {type_name} {{ {' '.join(parts)} }}"))
        known = self._choose.choice([each for each, _ in enumerate(self._fragments)])
        others = [f"...F{known}"] if self._fragments[known][0] == type_name else []
        return [f"...{name}{self._condition()}", f"... {{ ...{name} }}", *others]

    def _field(self, name: str, field: Any, depth: int) -> list[str]:
        type_ = get_named_type(field.type)
        if is_composite_type(type_) and depth == 0:
            return []
        arguments = []
        for argument, known in field.args.items():
            if argument == "first" and self._choose.random() < 0.8:
                arguments.append(f"first: {self._choose.choice(['null', '$n', '$n', 2, 3, 9])}")
            elif is_required_argument(known) or self._choose.random() < 0.3:
                arguments.append(f"{argument}: {_literal(known.type)}")
        self._aliases += 1
        alias = f"a{self._aliases}: " if arguments or self._choose.random() < 0.5 else ""
        given = f"({', '.join(arguments)})" if arguments else ""
        inner = f" {self._selection(type_, depth - 1)}" if is_composite_type(type_) else ""
        return [f"{alias}{name}{given}{self._condition()}{inner}"]

    def _condition(self) -> str:
        return self._choose.choice(CONDITIONS)


def _literal(type_: Any) -> str:
    """The least that a type takes."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLEnumType):
        return str(next(iter(named.values)))
    if isinstance(named, GraphQLInputObjectType):
        wanted = [(name, each) for name, each in named.fields.items() if is_required_input_field(each)]
        return "{" + ", ".join(f"{name}: {_literal(each.type)}" for name, each in wanted) + "}"
    return {"Int": str(SMALLEST), "Float": "1.5", "Boolean": "true"}.get(named.name, '"x"')


class Naive:
    """The rules, written down once more: no compilation and no memory."""

    def __init__(self, supergraph: Supergraph, costs: Costs, variables: Mapping[str, Any]) -> None:
        self._supergraph = supergraph
        self._costs = costs
        self._variables = variables

    def cost(self, operation: Operation) -> float:
        root = operation.root_type
        return self._object(root, root, operation.selections, None, None)

    def _object(
        self, name: str, on: str, selections: Sequence[Selection], sized: SizedFields | None, size: int | None
    ) -> float:
        total = 0.0
        for selection in selections:
            if isinstance(selection, Fragment):
                condition = _named(self._supergraph, selection.type_condition)
                if name in self._possible(condition):
                    total += self._object(name, condition.name, selection.selections, sized, size)
            elif not selection.name.startswith("__") and all(
                each.holds(self._variables) for each in selection.conditions
            ):
                is_sized = sized is not None and selection.name in sized.lists
                total += self._field(name, on, selection, size if is_sized else None)
        return total

    def _field(self, name: str, on: str, field: Field, size: int | None) -> float:
        costs, definition = self._costs, _named(self._supergraph, name).fields[field.name]
        call = costs.fields.get((name, field.name), costs.fields.get((on, field.name), 0.0))
        given = self._given(field)
        for argument, value in given.items():
            weight = costs.arguments.get((name, field.name, argument))
            if weight is None:
                weight = costs.arguments.get((on, field.name, argument))
            call += self._input(value, get_named_type(definition.args[argument].type), weight)
        said = costs.list_sizes.get((name, field.name)) or costs.list_sizes.get((on, field.name))
        own = None
        if said is not None:
            first = given.get("first") if "first" in said.slicing_arguments else None
            own = int(first) if first is not None else said.assumed_size
        count = float(DEFAULT) ** max(0, _depth(definition.type) - 1)
        if _depth(definition.type):
            count *= next(each for each in (size, own, DEFAULT) if each is not None)
        value_type, sized = get_named_type(definition.type), said.sized_fields if said else None
        dearest = 0.0
        for possible in self._possible(value_type) or [value_type.name]:
            weight = costs.types.get(possible, float(is_composite_type(value_type)))
            inner = self._object(possible, value_type.name, field.selections, sized, own)
            dearest = max(dearest, weight + inner)
        return max(0.0, call) + count * dearest

    def _input(self, value: Any, type_: Any, own: float | None) -> float:
        if value is None:
            return 0.0
        weight = own if own is not None else self._costs.types.get(type_.name)
        if not isinstance(type_, GraphQLInputObjectType):
            return weight or 0.0
        total = 1.0 if weight is None else weight
        for name, inner in value.items():
            below = self._costs.input_fields.get((type_.name, name))
            total += self._input(inner, get_named_type(type_.fields[name].type), below)
        return total

    def _given(self, field: Field) -> dict[str, Any]:
        document: Any = parse(f"{{ f{field.arguments} }}")
        nodes = document.definitions[0].selection_set.selections[0].arguments or ()
        return {node.name.value: value_from_ast_untyped(node.value, dict(self._variables)) for node in nodes}

    def _possible(self, type_: Any) -> list[str]:
        if is_abstract_type(type_):
            return [each.name for each in self._supergraph.api_schema.get_possible_types(type_)]
        return [type_.name] if isinstance(type_, GraphQLObjectType) else []


class Answerer:
    """Makes up an answer, its lists no longer than the shortest that is assumed."""

    def __init__(self, supergraph: Supergraph, variables: Mapping[str, Any], choose: random.Random) -> None:
        self._supergraph = supergraph
        self._variables = variables
        self._choose = choose

    def object(self, type_: Any, groups: Sequence[Sequence[Selection]]) -> dict[str, Any]:
        if is_abstract_type(type_):
            type_ = self._choose.choice(self._supergraph.api_schema.get_possible_types(type_))
        found: dict[str, list[Field]] = {}
        for selections in groups:
            self._collect(type_, selections, found)
        return {
            key: type_.name
            if fields[0].name == "__typename"
            else self._value(type_.fields[fields[0].name].type, [each.selections for each in fields])
            for key, fields in found.items()
        }

    def _collect(self, type_: Any, selections: Sequence[Selection], found: dict[str, list[Field]]) -> None:
        for selection in selections:
            if isinstance(selection, Field):
                if all(each.holds(self._variables) for each in selection.conditions):
                    found.setdefault(selection.response_key, []).append(selection)
                continue
            condition = _named(self._supergraph, selection.type_condition)
            is_met = condition is type_ or (
                is_abstract_type(condition) and self._supergraph.api_schema.is_sub_type(condition, type_)
            )
            if is_met:
                self._collect(type_, selection.selections, found)

    def _value(self, type_: Any, groups: Sequence[Sequence[Selection]]) -> Any:
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif self._choose.random() < 0.1:
            return None
        if isinstance(type_, GraphQLList):
            count = self._choose.choice([0, 1, SMALLEST, SMALLEST])
            return [self._value(type_.of_type, groups) for _ in range(count)]
        return self.object(type_, groups) if is_composite_type(type_) else "leaf"


@pytest.mark.parametrize("name", SUPERGRAPHS)
@given(seed=st.integers(min_value=0, max_value=2**32))
@settings(max_examples=200, deadline=None)
def test_a_formula_says_what_recursion_says_and_no_less_than_what_came(name: str, seed: int) -> None:
    supergraph = SUPERGRAPHS[name]
    choose = random.Random(seed)
    costs, writer = draw_costs(supergraph, choose), Writer(supergraph, choose)
    operation = prepare_operation(supergraph, writer.document())
    formula = compile_estimate(costs, supergraph.api_schema, operation, DEFAULT)
    for _ in range(3):
        variables = operation.coerce_variables(writer.variables())
        estimated = formula.cost(variables)
        assert estimated == Naive(supergraph, costs, variables).cost(operation)
        root = _named(supergraph, operation.root_type)
        data = Answerer(supergraph, variables, choose).object(root, [operation.selections])
        assert ActualCost(costs, supergraph.api_schema, operation).of(data, variables) <= estimated
