"""What arguments cost: their weights, and those of what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLInputObjectType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_named_type,
    parse,
)

from router.core.demand.weights import Weights
from router.core.selection import Field


@dataclass(frozen=True, slots=True)
class Given:
    """A variable where a value of an input type may stand; ``weight`` is that of the place, if it has one."""

    variable: str
    type_name: str
    weight: float | None


def arguments_of(field: Field) -> dict[str, ValueNode]:
    """What a client gives, by name."""
    if not field.arguments:
        return {}
    [definition] = parse(f"{{f{field.arguments}}}", no_location=True).definitions
    assert isinstance(definition, OperationDefinitionNode)
    [node] = definition.selection_set.selections
    arguments: tuple[ArgumentNode, ...] = getattr(node, "arguments", ())
    return {argument.name.value: argument.value for argument in arguments}


class Inputs:
    """Null costs nothing. An input object costs 1 unless its place has a weight; a list its weight and its items'."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._types: Any = weights.schema.type_map

    def literals(
        self, type_name: str, selected_on: str, field: Field, nodes: Mapping[str, ValueNode]
    ) -> tuple[float, list[Given]]:
        """What the arguments of a field cost without their variables, and those."""
        if not nodes:
            return 0.0, []
        known = self._weights.definition(type_name, field.name).args
        total, variables = 0.0, list[Given]()
        for name, node in nodes.items():
            weight = self._weights.of_argument(type_name, selected_on, field.name, name)
            total += self._literal(node, get_named_type(known[name].type), weight, variables)
        return total, variables

    def of_variable(self, given: Given, variables: Mapping[str, Any]) -> float:
        value = variables.get(given.variable)
        return self._value(value, self._types[given.type_name], given.weight)

    def _literal(self, node: ValueNode, type_: Any, own: float | None, variables: list[Given]) -> float:
        weight = self._weight(type_, own)
        if isinstance(node, VariableNode):
            if weight is not None or isinstance(type_, GraphQLInputObjectType):
                variables.append(Given(node.name.value, type_.name, own))
            return 0.0
        if isinstance(node, NullValueNode):
            return 0.0
        if isinstance(node, ListValueNode):
            total = weight or 0.0
            for item in node.values:
                total += self._literal(item, type_, own, variables)
            return total
        if not isinstance(node, ObjectValueNode) or not isinstance(type_, GraphQLInputObjectType):
            return weight or 0.0
        total = 1.0 if weight is None else weight
        for each in node.fields:
            inner = type_.fields[each.name.value]
            below = self._weights.costs.input_fields.get((type_.name, each.name.value))
            total += self._literal(each.value, get_named_type(inner.type), below, variables)
        return total

    def _value(self, value: Any, type_: Any, own: float | None) -> float:
        if value is None:
            return 0.0
        weight = self._weight(type_, own)
        if isinstance(value, list):
            total = weight or 0.0
            for item in value:
                total += self._value(item, type_, own)
            return total
        if not isinstance(value, Mapping) or not isinstance(type_, GraphQLInputObjectType):
            return weight or 0.0
        total = 1.0 if weight is None else weight
        for name, inner in value.items():
            known = type_.fields.get(name)
            if known is not None:
                below = self._weights.costs.input_fields.get((type_.name, name))
                total += self._value(inner, get_named_type(known.type), below)
        return total

    def _weight(self, type_: Any, own: float | None) -> float | None:
        return own if own is not None else self._weights.costs.types.get(type_.name)
