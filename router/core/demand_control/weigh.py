"""Weights of fields and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    parse,
    value_from_ast_untyped,
)

from router.core.selection import Field
from router.core.supergraph import Costs, Supergraph

OPERATION_COSTS = {"query": 0.0, "mutation": 10.0, "subscription": 0.0}


def field_weight(supergraph: Supergraph, type_name: str, name: str) -> float:
    """Of one value of the field, without what is below it."""
    if name.startswith("__"):
        return 0.0
    own = supergraph.costs.fields.get((type_name, name))
    if own is not None:
        return own
    type_ = named_type_of(supergraph, type_name, name)
    return supergraph.costs.types.get(type_.name, 1.0 if is_composite_type(type_) else 0.0)


def named_type_of(supergraph: Supergraph, type_name: str, name: str) -> Any:
    parent: Any = supergraph.api_schema.type_map[type_name]
    return get_named_type(parent.fields[name].type)


@lru_cache(4096)
def arguments_of(printed: str) -> tuple[ArgumentNode, ...]:
    """The nodes of ``Field.arguments``."""
    if not printed:
        return ()
    [definition] = parse(f"{{f{printed}}}", no_location=True).definitions
    assert isinstance(definition, OperationDefinitionNode)
    [field] = definition.selection_set.selections
    return tuple(getattr(field, "arguments", ()))


def value_of(node: Any, variables: Mapping[str, Any]) -> Any:
    """Of a literal or variable, as plain data; variables have their external form."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, ListValueNode):
        return [value_of(each, variables) for each in node.values]
    if isinstance(node, ObjectValueNode):
        return {each.name.value: value_of(each.value, variables) for each in node.fields}
    return value_from_ast_untyped(node)


def arguments_cost(
    supergraph: Supergraph, type_name: str, field: Field, variables: Mapping[str, Any]
) -> float:
    """Of what a client gives to a field."""
    if not field.arguments:
        return 0.0
    parent: Any = supergraph.api_schema.type_map[type_name]
    known = parent.fields[field.name].args
    total = 0.0
    for node in arguments_of(field.arguments):
        name = node.name.value
        weight = supergraph.costs.arguments.get((type_name, field.name, name))
        value = value_of(node.value, variables)
        total += _input_cost(
            supergraph.costs, supergraph.api_schema, get_named_type(known[name].type), value, weight
        )
    return total


def _input_cost(costs: Costs, schema: GraphQLSchema, type_: Any, value: Any, weight: float | None) -> float:
    if isinstance(value, list):
        return (weight or 0.0) + sum(_input_cost(costs, schema, type_, each, weight) for each in value)
    if not isinstance(type_, GraphQLInputObjectType) or not isinstance(value, Mapping):
        return weight or 0.0
    total = 1.0 if weight is None else weight
    for name, inner in value.items():
        known = type_.fields.get(name)
        if known is not None:
            own = costs.fields.get((type_.name, name))
            total += _input_cost(costs, schema, get_named_type(known.type), inner, own)
    return total
