"""Which selection objects of a Python class get, where the class alone decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from kit.graphql.compiled.leaves import ORDINARY
from kit.graphql.compiled.plan import FieldPlan, OperationPlan, SelectionPlan

_BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF
_OUR_RESOLVE_TYPE = (
    "StrawberryUnion.get_type_resolver.<locals>._resolve_union_type",
    "GraphQLCoreConverter.from_interface.<locals>._get_resolve_type.<locals>.resolve_type",
)
_OUR_IS_TYPE_OF = "GraphQLCoreConverter.from_object.<locals>._get_is_type_of.<locals>.is_type_of"


def selection_of(
    operation: OperationPlan, field: FieldPlan, kinds: set[type], objects: Sequence[Any]
) -> SelectionPlan | None:
    """The one selection of all ``objects``, whose classes are ``kinds``; None where that takes a closer look."""
    found: SelectionPlan | None = None
    for kind in kinds:
        selection = _selection_of_class(operation, field, kind)
        if selection is None or (found is not None and selection is not found):
            return None
        found = selection
    if (field.is_abstract or field.base.is_type_of is not None) and any(
        getattr(each, TYPE_CAST_ATTRIBUTE, None) is not None for each in objects
    ):
        return None
    return found


def _selection_of_class(operation: OperationPlan, field: FieldPlan, kind: type) -> SelectionPlan | None:
    try:
        return field.by_class[kind]
    except KeyError:
        type_ = _object_type(operation, field.base, kind)
        selection = None if type_ is None else operation.selection(field, type_)
        if len(field.by_class) < 64:
            field.by_class[kind] = selection
        return selection


def _object_type(operation: OperationPlan, base: Any, kind: type) -> GraphQLObjectType | None:
    if isinstance(base, GraphQLObjectType):
        if base.is_type_of is None:
            return base if ORDINARY[kind] else None
        return base if _is_own_class(base, kind) else None
    if getattr(base.resolve_type, "__qualname__", "") not in _OUR_RESOLVE_TYPE or not ORDINARY[kind]:
        return None
    type_ = _member(operation, base, kind)
    if type_ is None or (type_.is_type_of is not None and not _is_own_class(type_, kind)):
        return None
    return type_


def _member(
    operation: OperationPlan, base: GraphQLUnionType | GraphQLInterfaceType, kind: type
) -> GraphQLObjectType | None:
    definition = _definition(kind)
    if definition is None:
        return None
    if isinstance(base, GraphQLUnionType):
        return next((each for each in base.types if each.extensions.get(_BACKREF) is definition), None)
    interface = base.extensions.get(_BACKREF)
    type_ = operation.schema.get_type(definition.name)
    if (
        not isinstance(interface, StrawberryObjectDefinition)
        or not issubclass(kind, interface.origin)
        or not isinstance(type_, GraphQLObjectType)
        or type_.extensions.get(_BACKREF) is not definition
        or not operation.schema.is_sub_type(base, type_)
    ):
        return None
    return type_


def _is_own_class(type_: GraphQLObjectType, kind: type) -> bool:
    definition = _definition(kind)
    made_by = getattr(type_.is_type_of, "__qualname__", "")
    return (
        definition is not None and type_.extensions.get(_BACKREF) is definition and made_by == _OUR_IS_TYPE_OF
    )


def _definition(kind: type) -> StrawberryObjectDefinition | None:
    """Of a class that is an object type itself, and no generic one."""
    definition = kind.__dict__.get("__strawberry_definition__")
    if (
        not isinstance(definition, StrawberryObjectDefinition)
        or definition.origin is not kind
        or definition.concrete_of is not None
        or definition.is_graphql_generic
    ):
        return None
    return definition
