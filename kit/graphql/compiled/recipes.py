"""How a field gets its value: the shortest way that means the same as its resolver."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Final

import strawberry
from graphql import GraphQLField
from graphql.execution import default_field_resolver
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver
from strawberry.types.info import Info
from strawberry.types.lazy_type import LazyType

from kit.graphql.arguments import takes_as_they_are
from kit.graphql.batched import BATCHED, Batched


@dataclass(frozen=True, slots=True)
class Attribute:
    """``source.name``"""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every object of the type: ``__typename``."""

    value: Any


@dataclass(frozen=True, slots=True)
class Direct:
    """The Python function behind a Strawberry field, called without the wrappers around it.

    ``arguments`` are Python names by GraphQL names; their values need no conversion and can't be changed, so that
    all objects of a column are given the same.
    """

    function: Callable[..., Any]
    takes_self: bool
    source_names: tuple[str, ...]
    info_name: str | None
    strawberry_field: StrawberryField
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """A loader-declared field."""

    batched: Batched


@dataclass(frozen=True, slots=True)
class Resolver:
    """A graphql-core resolver, called as graphql-core does."""

    resolve: Callable[..., Any]


Recipe = Attribute | Constant | Direct | Load | Resolver

_SHARED_CLASSES: Final = (
    str, int, float, bool, strawberry.ID, uuid.UUID, decimal.Decimal, datetime.date, datetime.datetime, datetime.time,
)  # fmt: skip


def recipe_of(type_name: str, name: str, definition: GraphQLField) -> tuple[Recipe, bool]:
    """The recipe, and whether what it gives is to be awaited."""
    if name == "__typename":
        return Constant(type_name), False
    strawberry_field = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(strawberry_field, StrawberryField) or strawberry_field.is_subscription:
        return _resolver(definition), False
    is_async = bool(strawberry_field.is_async)
    if not _is_plain(strawberry_field, definition):
        return _resolver(definition), is_async or _has_async_extension(strawberry_field)
    if strawberry_field.base_resolver is None:
        return _attribute(strawberry_field, definition), False
    batched = dict(strawberry_field.metadata or {}).get(BATCHED)
    if isinstance(batched, Batched):
        return Load(batched), True
    return _direct(strawberry_field, definition), is_async


def _resolver(definition: GraphQLField) -> Resolver:
    return Resolver(definition.resolve or default_field_resolver)


def _is_plain(strawberry_field: StrawberryField, definition: GraphQLField) -> bool:
    """Whether nothing but the base resolver or the attribute is behind the resolver of the schema."""
    resolve = definition.resolve
    made_by = getattr(resolve, "__qualname__", "")
    return (
        made_by.startswith("GraphQLCoreConverter.from_resolver.")
        and type(strawberry_field).get_result is StrawberryField.get_result
        and not strawberry_field.extensions
        and not _has_exception_handlers(resolve)
    )


def _has_async_extension(strawberry_field: StrawberryField) -> bool:
    return any(each.has_resolver and not each.supports_sync for each in strawberry_field.extensions)


def _has_exception_handlers(resolve: Any) -> bool:
    """The wrapper keeps them in its closure; a wrapper that knows of none has no such cell."""
    names = resolve.__code__.co_freevars
    cells = dict(zip(names, resolve.__closure__ or (), strict=True))
    handlers = cells.get("field_exception_handlers")
    return handlers is not None and bool(handlers.cell_contents)


def _attribute(strawberry_field: StrawberryField, definition: GraphQLField) -> Recipe:
    name: str = strawberry_field.python_name
    if strawberry_field.default_resolver is not getattr or not name.isidentifier() or iskeyword(name):
        return _resolver(definition)
    return Attribute(name)


def _direct(strawberry_field: StrawberryField, definition: GraphQLField) -> Recipe:
    resolver: Any = strawberry_field.base_resolver
    arguments = _shared_arguments(strawberry_field, definition)
    info_class = _info_class(definition.resolve)
    if (
        type(resolver).__call__ is not StrawberryResolver.__call__
        or not callable(resolver.wrapped_func)
        or arguments is None
        or info_class is not Info
    ):
        return _resolver(definition)
    sources = dict.fromkeys(
        parameter.name
        for parameter in (resolver.parent_parameter, resolver.root_parameter)
        if parameter is not None
    )
    return Direct(
        function=resolver.wrapped_func,
        takes_self=resolver.self_parameter is not None,
        source_names=tuple(sources),
        info_name=resolver.info_parameter.name if resolver.info_parameter is not None else None,
        strawberry_field=strawberry_field,
        arguments=arguments,
    )


def _converter(resolve: Any) -> GraphQLCoreConverter | None:
    """The converter that made a resolver, found in the closures of the wrapper."""
    pending, seen = [resolve], set()
    while pending:
        function = pending.pop()
        for cell in getattr(function, "__closure__", None) or ():
            content = cell.cell_contents
            if isinstance(content, GraphQLCoreConverter):
                return content
            if callable(content) and hasattr(content, "__closure__") and id(content) not in seen:
                seen.add(id(content))
                pending.append(content)
    return None


def _info_class(resolve: Any) -> type | None:
    converter = _converter(resolve)
    return None if converter is None else converter.config.info_class


def _shared_arguments(strawberry_field: StrawberryField, definition: GraphQLField) -> dict[str, str] | None:
    """None where Strawberry converts a value, or where objects could see each other's changes to it."""
    if not strawberry_field.arguments:
        return {}
    converter = _converter(definition.resolve)
    if converter is None:
        return None
    names: dict[str, str] = {}
    takes_all = takes_as_they_are(strawberry_field.base_resolver)
    for argument in strawberry_field.arguments:
        if not takes_all and not _is_shared(argument):
            return None
        names[converter.config.name_converter.from_argument(argument)] = argument.python_name
    return names


def _is_shared(argument: StrawberryArgument) -> bool:
    type_: Any = argument.type
    if isinstance(type_, StrawberryMaybe):
        return False
    if isinstance(type_, StrawberryOptional):
        type_ = type_.of_type
    if isinstance(type_, LazyType):
        return False
    if isinstance(type_, StrawberryEnumDefinition) or has_enum_definition(type_):
        return True
    return type_ in _SHARED_CLASSES
