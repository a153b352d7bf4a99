"""The merged whole must be a GraphQL schema, whatever each subgraph may be by itself."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import build_schema, validate_schema

from router.core.composition.federation_spec import INTERFACE_OBJECT, KEY
from router.core.composition.merge_context import MergeContext, names_of
from router.core.composition.model import Kind, Type
from router.core.composition.problems import in_subgraphs, listed


def validate_supergraph(context: MergeContext) -> None:
    _validate_queries(context)
    for type_ in context.types.values():
        if type_.kind is Kind.INTERFACE:
            _validate_implementations(context, type_)
            _validate_interface_keys(context, type_)


def validate_printed(context: MergeContext, sdl: str) -> None:
    """What none of our checks has foreseen, in graphql-core's words."""
    for error in validate_schema(build_schema(sdl)):
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
                    f'but type "{type_.name}", which implements "{interface.name}" in '
                    f"{in_subgraphs(_implementing(context, type_.name, interface.name))} "
                    f'does not have field "{name}".',
                    names_of(asking),
                )


def _implementing(context: MergeContext, type_name: str, interface: str) -> list[str]:
    sources = context.sources_of(type_name)
    return [source.subgraph.name for source in sources if interface in source.element.interfaces]


def _validate_interface_keys(context: MergeContext, interface: Type) -> None:
    """Where an ``@interfaceObject`` relies on it, a subgraph with the key must know every implementation."""
    sources = context.sources_of(interface.name)
    if not any(source.element.has(INTERFACE_OBJECT) for source in sources):
        return
    every = {t.name for t in _implementations(context, interface.name) if t.kind is Kind.OBJECT}
    for source in sources:
        known = sorted(every & source.subgraph.types.keys())
        if source.element.has(INTERFACE_OBJECT) and known:
            context.report.problem(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f'[{source.subgraph.name}] Interface type "{interface.name}" is defined as an @interfaceObject in '
                f'subgraph "{source.subgraph.name}" so that subgraph should not define any of the implementation '
                f'types of "{interface.name}", but it defines {listed(known)}',
                [source.subgraph.name],
            )
        if source.element.has(INTERFACE_OBJECT) or not source.element.has(KEY):
            continue
        missing = sorted(every - source.subgraph.types.keys())
        if missing:
            context.report.problem(
                "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
                f'[{source.subgraph.name}] Interface type "{interface.name}" has a resolvable key in subgraph '
                f'"{source.subgraph.name}" but that subgraph is missing some of the supergraph implementation '
                f'types of "{interface.name}". Subgraph "{source.subgraph.name}" should define {listed(missing)} '
                f'(and have them implement "{interface.name}").',
                [source.subgraph.name],
            )
