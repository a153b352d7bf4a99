"""Answers that the graph might give: values of the right types, nulls where there may be any."""

from __future__ import annotations

import random
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLResolveInfo,
    GraphQLSchema,
    experimental_execute_incrementally,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
)

from router.rest import Call

_LEAVES: dict[str, Any] = {
    "Int": 7,
    "Float": 1.5,
    "String": "text",
    "Boolean": True,
    "ID": "id_1",
    "DateTime": "2026-01-02T03:04:05Z",
}


def invent(schema: GraphQLSchema, call: Call, seed: int, *, nulls: float) -> dict[str, Any]:
    """A response to the call. ``nulls`` is how likely something is null that may be."""
    chance = random.Random(seed)

    def resolve(_source: object, info: GraphQLResolveInfo[Any], **_given: object) -> Any:
        if info.field_name == "userErrors":
            return []
        return _value(info.return_type, chance, nulls)

    result = experimental_execute_incrementally(
        schema, parse(call.document), {}, variable_values=dict(call.variables), field_resolver=resolve
    )
    assert isinstance(result, ExecutionResult)
    assert not result.errors, result.errors
    return dict(result.formatted)


def _value(type_: Any, chance: random.Random, nulls: float) -> Any:
    if not is_non_null_type(type_):
        return None if chance.random() < nulls else _sure_value(type_, chance, nulls)
    return _sure_value(type_.of_type, chance, nulls)


def _sure_value(type_: Any, chance: random.Random, nulls: float) -> Any:
    if is_list_type(type_):
        return [_value(type_.of_type, chance, nulls) for _ in range(chance.randrange(3))]
    named = get_named_type(type_)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values.values())).value
    return _LEAVES[named.name] if is_leaf_type(named) else {}
