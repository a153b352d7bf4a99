"""Merge all types: first their names, kinds and hierarchy, then what is in them."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import specified_scalar_types

from router.core.composition.federation_spec import INTERFACE_OBJECT, KEY
from router.core.composition.hint_inconsistencies import (
    hint_inconsistent_entity,
    hint_inconsistent_fields,
)
from router.core.composition.join_directives import join_directive
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_elements import (
    merge_description,
    merge_inaccessible,
    merge_kept_directives,
)
from router.core.composition.merge_enums import merge_values
from router.core.composition.merge_fields import merge_fields
from router.core.composition.merge_inputs import merge_inputs
from router.core.composition.merge_type_refs import describe_by_value
from router.core.composition.merge_unions import join_members, merge_members
from router.core.composition.model import Directive, Kind, Type
from router.core.composition.problems import in_subgraphs
from router.core.composition.spread_interface_objects import spread_interface_objects


def merge_types(context: MergeContext) -> None:
    """Fills ``context.types``. Types whose kinds clash are reported and left out."""
    names = dict.fromkeys(name for subgraph in context.subgraphs for name in subgraph.types)
    for name in names:
        if name not in specified_scalar_types:
            _merge_shallow(context, name, context.sources_of(name))
    for type_ in context.types.values():
        _merge_content(context, type_, context.sources_of(type_.name))
    spread_interface_objects(context)


def _merge_shallow(context: MergeContext, name: str, sources: Sequence[Source[Type]]) -> None:
    kinds = dict.fromkeys(_kind(source.element) for source in sources)
    if len(kinds) > 1:
        described = describe_by_value(
            [(s.subgraph.name, _kind_name(s.element)) for s in sources], noun="as", quote=""
        )
        context.report.problem(
            "TYPE_KIND_MISMATCH",
            f'Type "{name}" has mismatched kind: it is defined {described}',
            names_of(sources),
        )
        return
    if not any(source.element.kind in kinds for source in sources):
        context.report.problem(
            "INTERFACE_OBJECT_USAGE_ERROR",
            f'Type "{name}" is declared with @interfaceObject in all the subgraphs in which it is defined (it is '
            f"defined in {in_subgraphs(names_of(sources))} but should be defined as an interface in at least one "
            "subgraph)",
            names_of(sources),
        )
    interfaces = dict.fromkeys(interface for source in sources for interface in source.element.interfaces)
    context.types[name] = Type(
        name=name,
        kind=next(iter(kinds)),
        description=merge_description(context, name, sources),
        interfaces=list(interfaces),
        members=merge_members(sources),
    )


_KIND_NAMES = {
    Kind.SCALAR: "Scalar Type",
    Kind.OBJECT: "Object Type",
    Kind.INTERFACE: "Interface Type",
    Kind.UNION: "Union Type",
    Kind.ENUM: "Enum Type",
    Kind.INPUT: "Input Object Type",
}


def _kind_name(type_: Type) -> str:
    if type_.has(INTERFACE_OBJECT):
        return "Interface Object Type (Object Type with @interfaceObject)"
    return _KIND_NAMES[type_.kind]


def _kind(type_: Type) -> Kind:
    """An ``@interfaceObject`` is another subgraph's interface, seen from where its implementations are unknown."""
    return Kind.INTERFACE if type_.has(INTERFACE_OBJECT) else type_.kind


def _merge_content(context: MergeContext, type_: Type, sources: Sequence[Source[Type]]) -> None:
    type_.directives += _join_implements(type_, sources)
    type_.directives += [join for source in sources for join in _join_types(source)]
    type_.directives += merge_inaccessible(sources)
    match type_.kind:
        case Kind.OBJECT | Kind.INTERFACE:
            hint_inconsistent_entity(context, type_, sources)
            hint_inconsistent_fields(context, type_, sources)
            type_.fields = merge_fields(context, type_, sources)
        case Kind.INPUT:
            type_.inputs = merge_inputs(context, type_.name, sources)
        case Kind.ENUM:
            type_.values = merge_values(context, type_.name, sources)
        case Kind.UNION:
            type_.directives += join_members(context, type_, sources)
    type_.directives += merge_kept_directives(
        context, type_.name, sources, is_guarded=type_.kind is Kind.INTERFACE
    )


def _join_implements(type_: Type, sources: Sequence[Source[Type]]) -> list[Directive]:
    return [
        join_directive("implements", source.subgraph.graph, interface=interface)
        for source in sources
        for interface in type_.interfaces
        if interface in source.element.interfaces
    ]


def _join_types(source: Source[Type]) -> list[Directive]:
    """One ``@join__type`` for each key, or a plain one."""
    graph, type_ = source.subgraph.graph, source.element
    is_interface_object = True if type_.has(INTERFACE_OBJECT) else None
    keys = list(type_.applied(KEY)) if type_.kind in (Kind.OBJECT, Kind.INTERFACE) else []
    if not keys:
        return [join_directive("type", graph, isInterfaceObject=is_interface_object)]
    return [
        join_directive(
            "type",
            graph,
            key=key.text("fields"),
            extension=True if key.of_extension else None,
            resolvable=None if key.flag("resolvable", default=True) else False,
            isInterfaceObject=is_interface_object,
        )
        for key in keys
    ]
