"""Coercing variables: what is plainly right at once, all else as graphql-core does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    is_leaf_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value

MAX_ERRORS: Final = 50
_KEPT_DEFAULTS: Final = (str, int, float, bool, type(None))

Coerce = Callable[[Any], Any]
"""Gives the coerced value; Undefined where graphql-core has to look."""


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        signatures = [get_variable_signature(schema, each) for each in self._definitions]
        self._known: list[tuple[str, GraphQLVariableSignature, Coerce, Any]] | None = None
        if all(isinstance(each, GraphQLVariableSignature) for each in signatures):
            own = cast("list[GraphQLVariableSignature]", signatures)
            self._known = [(each.name, each, _coerce(each.type), _default(each)) for each in own]

    def coerce(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The values, or the errors of the request."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, coerce, default in self._known or ():
            value = given.get(name, Undefined)
            if value is Undefined:
                sources[name] = VariableValueSource(signature)
                if default is _ABSENT:
                    continue
                made = default
            else:
                sources[name] = VariableValueSource(signature, value)
                made = coerce(value)
            if made is Undefined:
                return self._coerce_exactly(given)
            coerced[name] = made
        if self._known is None:
            return self._coerce_exactly(given)
        return VariableValues(sources, coerced)

    def _coerce_exactly(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        return get_variable_values(
            self._schema, self._definitions, cast("dict[str, Any]", given), max_errors=MAX_ERRORS
        )


_ABSENT: Final = object()


def _default(signature: GraphQLVariableSignature) -> Any:
    """What a variable is that was not given: its default, _ABSENT, or Undefined where graphql-core has to look."""
    if signature.default is None:
        return Undefined if isinstance(signature.type, GraphQLNonNull) else _ABSENT
    try:
        value = coerce_default_value(signature)
    except Exception:  # noqa: BLE001 - graphql-core reports it
        return Undefined
    return value if type(value) in _KEPT_DEFAULTS else Undefined


def _coerce(type_: Any) -> Coerce:
    if isinstance(type_, GraphQLNonNull):
        inner = _coerce_present(type_.of_type)
        if inner is _as_it_is:
            return _as_it_is_unless_null
        return lambda value: Undefined if value is None else inner(value)
    present = _coerce_present(type_)
    return lambda value: None if value is None else present(value)


def _coerce_present(type_: Any) -> Coerce:
    if isinstance(type_, GraphQLList):
        return _coerce_list(_coerce(type_.of_type))
    if type_ in (GraphQLString, GraphQLID):
        return lambda value: value if type(value) is str else Undefined
    if type_ is GraphQLBoolean:
        return lambda value: value if type(value) is bool else Undefined
    if type_ is GraphQLInt:
        return lambda value: value if type(value) is int and -2147483648 <= value <= 2147483647 else Undefined
    if not is_leaf_type(type_):
        return lambda _: Undefined
    return _as_it_is if _is_identity(type_.coerce_input_value) else _coerce_leaf(type_.coerce_input_value)


def _as_it_is(value: Any) -> Any:
    return value


def _as_it_is_unless_null(value: Any) -> Any:
    return Undefined if value is None else value


def _is_identity(function: Any) -> bool:
    """Whether it is written like ``lambda value: value``: the ``_Any`` of Strawberry."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_code == _as_it_is.__code__.co_code and code.co_argcount == 1


def _coerce_list(coerce: Coerce) -> Coerce:
    def coerce_list(value: Any) -> Any:
        if type(value) is not list:
            return Undefined
        if coerce is _as_it_is_unless_null:
            return Undefined if None in value else list(value)
        items = [coerce(item) for item in value]
        return Undefined if any(item is Undefined for item in items) else items

    return coerce_list


def _coerce_leaf(parse: Coerce) -> Coerce:
    def coerce_leaf(value: Any) -> Any:
        try:
            return parse(value)
        except Exception:  # noqa: BLE001 - graphql-core reports it
            return Undefined

    return coerce_leaf
