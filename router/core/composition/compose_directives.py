"""Directives of the subgraphs' own that ``@composeDirective`` asks to keep in the supergraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphql import DirectiveDefinitionNode

from router.core.composition.core_specs import CORE_DIRECTIVES
from router.core.composition.federation_spec import COMPOSE_DIRECTIVE, FEDERATION_IDENTITY
from router.core.composition.model import Subgraph
from router.core.composition.problems import Report
from router.core.composition.read_links import Link


@dataclass(frozen=True, slots=True)
class _Request:
    """One ``@composeDirective`` that is in order."""

    subgraph: str
    link: Link
    definition: DirectiveDefinitionNode

    @property
    def name(self) -> str:
        return self.definition.name.value


@dataclass(slots=True)
class ComposedDirectives:
    """What the supergraph defines and links to for them. A directive is kept of the subgraphs that ask for it."""

    definitions: dict[str, DirectiveDefinitionNode] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    requests: set[tuple[str, str]] = field(default_factory=set)
    """Subgraph and directive."""

    def imports_of(self, link: Link) -> dict[str, str]:
        """Names as the supergraph uses them, mapped to the specification's, of the composed ones alone."""
        return {
            name: link.imports[name] for name in link.imports if name.removeprefix("@") in self.definitions
        }


def find_composed_directives(subgraphs: Sequence[Subgraph], report: Report) -> ComposedDirectives:
    """Of several versions of a specification the newest counts, and of equal ones the last subgraph's definition;
    they must not differ in the major one.
    """
    composed = ComposedDirectives()
    requests = [request for subgraph in subgraphs for request in _requests(subgraph, report)]
    for request in sorted(requests, key=lambda request: request.link.version):
        known = composed.links.get(request.link.identity, request.link)
        composed.links[request.link.identity] = request.link
        if known.version[0] != request.link.version[0]:
            report.problem(
                "DIRECTIVE_COMPOSITION_ERROR",
                f'Core feature "{known.identity}" requested to be merged has major version mismatch '
                f"across subgraphs",
                [request.subgraph],
            )
        composed.definitions[request.name] = request.definition
        composed.requests.add((request.subgraph, request.name))
    return composed


def _requests(subgraph: Subgraph, report: Report) -> Iterator[_Request]:
    for directive in subgraph.schema_directives:
        written = directive.text("name") or ""
        name = written.removeprefix("@")
        is_kept_anyhow = subgraph.links.canonical_directive(name) in CORE_DIRECTIVES
        if directive.name != COMPOSE_DIRECTIVE:
            continue
        if is_kept_anyhow:
            report.hint(
                "DIRECTIVE_COMPOSITION_INFO",
                f'Directive "{written}" should not be explicitly manually composed since it is a federation '
                "directive composed by default",
                [subgraph.name],
            )
            continue
        link, definition = subgraph.links.find(name), subgraph.directive_definitions.get(name)
        fault = _fault(subgraph.name, written, link, definition)
        if fault is not None:
            report.problem("DIRECTIVE_COMPOSITION_ERROR", fault, [subgraph.name])
        elif link is not None and definition is not None:
            yield _Request(subgraph.name, link, definition)


def _fault(
    subgraph: str, written: str, link: Link | None, definition: DirectiveDefinitionNode | None
) -> str | None:
    if not written.startswith("@"):
        return f'Argument to @composeDirective "{written}" in subgraph "{subgraph}" must have a leading "@"'
    if link is not None and link.identity == FEDERATION_IDENTITY:
        return f'Composing federation directive "{written}" in subgraph "{subgraph}" is not supported'
    if definition is None:
        return (
            f'Could not find matching directive definition for argument to @composeDirective "{written}" '
            f'in subgraph "{subgraph}".'
        )
    if link is None:
        return (
            f'Directive "{written}" in subgraph "{subgraph}" cannot be composed because it is not a member of '
            "a core feature"
        )
    return None
