"""Merge the fields of an object or interface, and note with ``@join__field`` who has each."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import ConstListValueNode

from router.core.composition.contexts import context_arguments
from router.core.composition.federation_spec import (
    EXTERNAL,
    FROM_CONTEXT,
    OVERRIDE,
    PROVIDES,
    REQUIRES,
)
from router.core.composition.join_directives import join_directive, object_value
from router.core.composition.merge_arguments import merge_arguments
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_elements import (
    merge_description,
    merge_inaccessible,
    merge_kept_directives,
)
from router.core.composition.merge_overrides import Overrides, find_overrides
from router.core.composition.merge_type_refs import FIELD_TYPE, Variance, merge_type_refs
from router.core.composition.model import Directive, Field, Kind, Type
from router.core.composition.problems import in_subgraphs
from router.core.composition.validate_externals import validate_externals
from router.core.composition.validate_sharing import validate_sharing


def merge_fields(context: MergeContext, type_: Type, sources: Sequence[Source[Type]]) -> dict[str, Field]:
    """In the order in which the subgraphs first define them."""
    names = dict.fromkeys(name for source in sources for name in source.element.fields)
    merged: dict[str, Field] = {}
    for name in names:
        fields = [Source(s.subgraph, s.element.fields[name]) for s in sources if name in s.element.fields]
        field = _merge_field(context, type_, sources, fields)
        if field is not None:
            merged[name] = field
    return merged


def _merge_field(
    context: MergeContext, type_: Type, parents: Sequence[Source[Type]], sources: Sequence[Source[Field]]
) -> Field | None:
    coordinate = f"{type_.name}.{sources[0].element.name}"
    defining = [source for source in sources if not source.element.has(EXTERNAL)]
    if not defining:
        _report_no_definition(context, coordinate, sources)
        return None
    overrides = find_overrides(context, type_.name, sources)
    if type_.kind is Kind.OBJECT:
        validate_sharing(context, type_, sources, overrides)
    type_ref = merge_type_refs(context, coordinate, defining, Variance.OUTPUT, FIELD_TYPE)
    merged = Field(
        name=sources[0].element.name,
        description=merge_description(context, coordinate, defining),
        type=type_ref.type,
        directives=merge_inaccessible(defining),
        arguments=merge_arguments(context, coordinate, defining),
    )
    validate_externals(context, coordinate, merged, sources, all_equal=type_ref.all_equal)
    if not type_ref.all_equal or _needs_join_field(parents, sources, overrides):
        merged.directives += _join_fields(sources, overrides, with_type=not type_ref.all_equal)
    merged.directives += merge_kept_directives(context, coordinate, defining, is_guarded=True)
    return merged


def _report_no_definition(context: MergeContext, coordinate: str, sources: Sequence[Source[Field]]) -> None:
    context.report.problem(
        "EXTERNAL_MISSING_ON_BASE",
        f'Field "{coordinate}" is marked @external on all the subgraphs in which it is listed '
        f"({in_subgraphs(names_of(sources))}).",
        names_of(sources),
    )


def _needs_join_field(
    parents: Sequence[Source[Type]], sources: Sequence[Source[Field]], overrides: Overrides
) -> bool:
    """Without one, a field is in all of its type's subgraphs and simply resolved there."""
    return (
        len(sources) < len(parents)
        or bool(overrides.overridden)
        or any(argument.has(FROM_CONTEXT) for s in sources for argument in s.element.arguments.values())
        or any(source.element.has(name) for source in sources for name in (EXTERNAL, REQUIRES, PROVIDES))
    )


def _join_fields(
    sources: Sequence[Source[Field]], overrides: Overrides, *, with_type: bool
) -> list[Directive]:
    return [
        _join_field(source, overrides, with_type=with_type)
        for source in sources
        if source.subgraph.name not in overrides.unused or source.subgraph.name in overrides.labels
    ]


def _join_field(source: Source[Field], overrides: Overrides, *, with_type: bool) -> Directive:
    field, name = source.element, source.subgraph.name
    return join_directive(
        "field",
        source.subgraph.graph,
        requires=_text(field, REQUIRES, "fields"),
        provides=_text(field, PROVIDES, "fields"),
        override=_text(field, OVERRIDE, "from"),
        type=field.type if with_type else None,
        external=True if field.has(EXTERNAL) else None,
        usedOverridden=True if name in overrides.used else None,
        overrideLabel=overrides.labels.get(name),
        contextArguments=_context_arguments(source),
    )


def _context_arguments(source: Source[Field]) -> ConstListValueNode | None:
    """Contexts are named after the subgraph that sets them, as in ``@context``."""
    arguments = [
        object_value(
            context=f"{source.subgraph.name}__{given.context}",
            name=given.argument.name,
            type=given.argument.type,
            selection=given.selection,
        )
        for given in context_arguments(source.element)
    ]
    return ConstListValueNode(values=tuple(arguments)) if arguments else None


def _text(field: Field, directive: str, argument: str) -> str | None:
    applied = field.first(directive)
    return applied.text(argument) if applied else None
