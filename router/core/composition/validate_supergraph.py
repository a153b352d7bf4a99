"""The merged whole must be a GraphQL schema, whatever each subgraph may be by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import build_schema, validate_schema

from router.core.composition.federation_spec import INTERFACE_OBJECT, KEY
from router.core.composition.merge_context import MergeContext, names_of
from router.core.composition.mismatches import print_value
from router.core.composition.model import Directive, Kind, Subgraph, Type
from router.core.composition.problems import in_subgraphs, listed
from router.core.composition.validate_graphql import NOT_YET_A_RULE


def validate_supergraph(context: MergeContext) -> None:
    _validate_queries(context)
    for type_ in context.types.values():
        if type_.kind is Kind.INTERFACE:
            _validate_implementations(context, type_)


def validate_interface_entities(context: MergeContext) -> None:
    """Part of merging: who keys an interface, or stands in for it, must know or not know its implementations."""
    for type_ in context.types.values():
        if type_.kind is Kind.INTERFACE:
            _validate_interface_keys(context, type_)


def validate_printed(context: MergeContext, sdl: str) -> None:
    """What none of our checks has foreseen, in graphql-core's words."""
    for error in validate_schema(build_schema(sdl)):
        if not error.message.endswith(NOT_YET_A_RULE):
            context.report.problem("INVALID_GRAPHQL", error.message)


def _validate_queries(context: MergeContext) -> None:
    query = context.types.get("Query")
    if query is None or not query.fields:
        context.report.problem(
            "NO_QUERIES",
            "No queries found in any subgraph: a supergraph must have a query root type.",
            [subgraph.name for subgraph in context.subgraphs],
        )


def _implementations(context: MergeContext, interface: str) -> Iterator[Type]:
    return (type_ for type_ in context.types.values() if interface in type_.interfaces)


def _validate_implementations(context: MergeContext, interface: Type) -> None:
    """An interface's field from one subgraph must be on implementations that only another one has."""
    for type_ in _implementations(context, interface.name):
        for name in interface.fields:
            if name not in type_.fields:
                asking = [s for s in context.sources_of(interface.name) if name in s.element.fields]
                context.report.problem(
                    "INTERFACE_FIELD_NO_IMPLEM",
                    f'Interface field "{interface.name}.{name}" is declared in {in_subgraphs(names_of(asking))} '
                    f'but type "{type_.name}", which implements "{interface.name}" only in '
                    f"{in_subgraphs(_implementing(context, type_.name, interface.name))} "
                    f'does not have field "{name}".',
                    names_of(asking),
                )


def _implementing(context: MergeContext, type_name: str, interface: str) -> list[str]:
    sources = context.sources_of(type_name)
    return [source.subgraph.name for source in sources if interface in source.element.interfaces]


def _validate_interface_keys(context: MergeContext, interface: Type) -> None:
    """A subgraph that resolves the interface by its key must know every implementation."""
    sources = context.sources_of(interface.name)
    every = [t.name for t in _implementations(context, interface.name) if t.kind is Kind.OBJECT]
    for source in sources:
        known = [name for name in every if name in source.subgraph.types]
        if source.element.has(INTERFACE_OBJECT) and known:
            context.report.problem(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f'[{source.subgraph.name}] Interface type "{interface.name}" is defined as an @interfaceObject in '
                f'subgraph "{source.subgraph.name}" so that subgraph should not define any of the implementation '
                f'types of "{interface.name}", but it defines {_types(known)}',
                [source.subgraph.name],
            )
        resolvable = (k for k in source.element.applied(KEY) if k.flag("resolvable", default=True))
        key = next(resolvable, None)
        implementing = {t.name for t in source.subgraph.types.values() if interface.name in t.interfaces}
        missing = [name for name in every if name not in implementing]
        if key is not None and missing and source.element.kind is Kind.INTERFACE:
            _report_missing_implementations(context, interface.name, source.subgraph, key, missing)


def _report_missing_implementations(
    context: MergeContext, interface: str, subgraph: Subgraph, key: Directive, missing: Sequence[str]
) -> None:
    context.report.problem(
        "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
        f'[{subgraph.name}] Interface type "{interface}" has a resolvable key ({_written(subgraph, key)}) in '
        f'subgraph "{subgraph.name}" but that subgraph is missing some of the supergraph implementation types of '
        f'"{interface}". Subgraph "{subgraph.name}" should define {_types(missing)} '
        f'(and have {"them" if len(missing) > 1 else "it"} implement "{interface}").',
        [subgraph.name],
    )


def _types(names: Sequence[str]) -> str:
    return f"type{'s' if len(names) > 1 else ''} {listed(names)}"


def _written(subgraph: Subgraph, directive: Directive) -> str:
    """As the subgraph has it, under its name for the directive."""
    arguments = (f"{name}: {print_value(value)}" for name, value in directive.arguments.items())
    return f"@{subgraph.links.name_of(directive.name)}({', '.join(arguments)})"
