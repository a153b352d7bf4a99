"""Print the merged types as a supergraph SDL: definitions by name, members in merge order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from graphql import print_ast
from graphql.language.print_string import print_string

from router.core.composition.compose_directives import ComposedDirectives
from router.core.composition.join_spec import JOIN_URL, LINK_URL, join_definitions, join_minor
from router.core.composition.merge_context import MergeContext
from router.core.composition.model import ROOT_TYPES, Subgraph
from router.core.composition.print_types import TypePrinter, print_description

Named = tuple[str, str]
"""A definition's name and its print."""


def print_supergraph(context: MergeContext) -> str:
    printer = TypePrinter({was: name for used in context.core_specs for was, name in used.names.items()})
    directives, spec_types = _join_definitions(join_minor(context.federation_version))
    directives += [named for used in context.core_specs for named in used.definitions.items()]
    spec_types += [(name, f"scalar {name}") for used in context.core_specs for name in used.spec.scalars]
    kept = context.executable | context.composed.definitions
    directives += [(name, print_ast(node)) for name, node in kept.items()]
    graphs = ("join__Graph", _print_graphs(context.subgraphs))
    types = [(type_.name, printer.type(type_)) for type_ in context.types.values()]
    schema = _print_schema(context, printer)
    return "\n\n".join([schema, *_sorted(directives), *_sorted([*spec_types, graphs, *types])]) + "\n"


def _sorted(definitions: Iterable[Named]) -> list[str]:
    return [text for _, text in sorted(definitions, key=lambda named: (named[0].casefold(), named[0]))]


def _join_definitions(minor: int) -> tuple[list[Named], list[Named]]:
    """Directives and types of the join and link specifications."""
    definitions = re.split(r"\n\n(?=\w)", join_definitions(minor).strip())
    directives = [
        (text.split("(")[0].removeprefix("directive @"), text)
        for text in definitions
        if text.startswith("directive")
    ]
    types = [(text.split()[1], text) for text in definitions if not text.startswith("directive")]
    return directives, types


def _composed_links(composed: ComposedDirectives) -> Iterator[str]:
    for link in sorted(composed.links.values(), key=lambda link: link.url):
        imports = ", ".join(_print_import(name, was) for name, was in composed.imports_of(link).items())
        yield f"@link(url: {print_string(link.url)}, import: [{imports}])"


def _print_import(name: str, was: str) -> str:
    return f'"{name}"' if name == was else f'{{name: "{was}", as: "{name}"}}'


def _print_schema(context: MergeContext, printer: TypePrinter) -> str:
    links = [
        f'@link(url: "{LINK_URL}")',
        f'@link(url: "{JOIN_URL}/v0.{join_minor(context.federation_version)}", for: EXECUTION)',
        *(spec.link for spec in context.core_specs),
        *_composed_links(context.composed),
        *map(printer.directive, context.schema.directives),
    ]
    roots = [f"  {operation}: {name}" for operation, name in ROOT_TYPES.items() if name in context.types]
    lines = ["schema", *(f"  {link}" for link in links), "{", *roots, "}"]
    return print_description(context.schema.description, "") + "\n".join(lines)


def _print_graphs(subgraphs: Sequence[Subgraph]) -> str:
    values = [
        f"  {s.graph} @join__graph(name: {print_string(s.name)}, url: {print_string(s.url)})"
        for s in subgraphs
    ]
    return "\n".join(["enum join__Graph {", *values, "}"])
