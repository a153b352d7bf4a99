"""Compose subgraphs into a supergraph: this file is the table of contents, each step a module.

The output is what Apollo's composition would print: Federation 2, join v0.5, so that any router that reads
Apollo supergraphs reads ours, and ours reads theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import GraphQLSyntaxError, parse

from router.core.composition.compose_directives import find_composed_directives
from router.core.composition.executable_directives import merge_executable_directives
from router.core.composition.find_core_specs import find_core_specs
from router.core.composition.merge_context import MergeContext
from router.core.composition.merge_elements import merge_schema_definition
from router.core.composition.merge_types import merge_types
from router.core.composition.model import Subgraph
from router.core.composition.name_graphs import name_graphs
from router.core.composition.print_supergraph import print_supergraph
from router.core.composition.problems import Hint, Report
from router.core.composition.read_links import UnknownVersionError, read_links
from router.core.composition.read_subgraph import read_subgraph
from router.core.composition.satisfiability import validate_satisfiability
from router.core.composition.upgrade_federation_1 import upgrade_federation_1
from router.core.composition.validate_access import validate_access
from router.core.composition.validate_contexts import validate_contexts
from router.core.composition.validate_costs import validate_costs
from router.core.composition.validate_directive_uses import validate_directive_uses
from router.core.composition.validate_field_sets import validate_field_sets
from router.core.composition.validate_graphql import validate_graphql
from router.core.composition.validate_inaccessible import validate_inaccessible
from router.core.composition.validate_supergraph import (
    validate_interface_entities,
    validate_printed,
    validate_supergraph,
)


@dataclass(frozen=True, slots=True)
class SubgraphSource:
    """A subgraph as its owners hand it in. ``url`` is carried into the supergraph, not called."""

    name: str
    url: str
    sdl: str


@dataclass(frozen=True, slots=True)
class Composition:
    """A supergraph, and what its owners may want to look at."""

    supergraph_sdl: str
    hints: tuple[Hint, ...] = ()


def compose(subgraphs: Sequence[SubgraphSource]) -> Composition:
    """The supergraph of ``subgraphs``, the same in whatever order they come.

    Raises CompositionError with every problem of the first stage that has any: reading,
    merging, checking the merged whole.
    """
    report = Report()
    _validate_names([source.name for source in subgraphs], report)
    read = _read_all(sorted(subgraphs, key=lambda source: source.name), report)
    for subgraph in read:
        validate_field_sets(subgraph, report)
        validate_contexts(subgraph, report)
        validate_costs(subgraph, report)
        validate_directive_uses(subgraph, report)
    report.stop_on_problems()
    context = MergeContext(
        read, report, find_composed_directives(read, report), find_core_specs(read, report)
    )
    report.stop_on_problems()
    merge_types(context)
    validate_interface_entities(context)
    merge_schema_definition(context)
    merge_executable_directives(context)
    report.stop_on_problems()
    validate_supergraph(context)
    validate_access(context)
    report.stop_on_problems()
    validate_inaccessible(context)
    report.stop_on_problems()
    printed = print_supergraph(context)
    validate_printed(context, printed)
    report.stop_on_problems()
    validate_satisfiability(context)
    report.stop_on_problems()
    return Composition(printed, tuple(report.hints))


def _validate_names(names: Sequence[str], report: Report) -> None:
    for name in sorted(set(names)):
        if not name or names.count(name) > 1:
            report.problem(
                "INVALID_SUBGRAPH_NAME", f'A subgraph needs a name of its own; "{name}" is none.', [name]
            )
    report.stop_on_problems()


def _read_all(sources: Sequence[SubgraphSource], report: Report) -> list[Subgraph]:
    graphs = name_graphs(source.name for source in sources)
    read = (_read(source, graphs[source.name], report) for source in sources)
    return [subgraph for subgraph in read if subgraph is not None]


def _read(source: SubgraphSource, graph: str, report: Report) -> Subgraph | None:
    try:
        document = parse(source.sdl, no_location=True)
        links = read_links(document)
    except GraphQLSyntaxError as error:
        report.problem("INVALID_GRAPHQL", f"[{source.name}] {error.message}", [source.name])
        return None
    except UnknownVersionError as error:
        report.problem("UNKNOWN_FEDERATION_LINK_VERSION", f"[{source.name}] {error}", [source.name])
        return None
    except ValueError as error:
        report.problem("INVALID_LINK_DIRECTIVE_USAGE", f"[{source.name}] {error}", [source.name])
        return None
    if not validate_graphql(source.name, document, links, report):
        return None
    subgraph = read_subgraph(source.name, source.url, graph, document, links)
    if links.is_federation_1:
        upgrade_federation_1(subgraph)
    return subgraph
