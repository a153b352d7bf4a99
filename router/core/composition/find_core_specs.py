"""Find the specifications that subgraphs use, and the names that the supergraph gives to their directives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from router.core.composition.core_specs import CORE_DIRECTIVES, CORE_SPECS, CoreSpec, UsedSpec
from router.core.composition.federation_spec import PREFIX
from router.core.composition.model import Element, Subgraph, elements_of
from router.core.composition.problems import Report, listed

_SPEC_OF: dict[str, CoreSpec] = {name: spec for spec in CORE_SPECS for name in spec.directives}
_ORDER = {name: position for position, name in enumerate(_SPEC_OF)}


def find_core_specs(subgraphs: Sequence[Subgraph], report: Report) -> list[UsedSpec]:
    """In order of first use. All subgraphs must call a directive by one name, which is the supergraph's too."""
    used: dict[str, UsedSpec] = {}
    for canonical in dict.fromkeys(name for subgraph in subgraphs for name in _used_directives(subgraph)):
        names = {s.name: s.links.name_of(canonical) for s in subgraphs if canonical in _used_directives(s)}
        if len(set(names.values())) > 1:
            _report_mismatch(report, _SPEC_OF[canonical], canonical, names)
            return []
        spec = used.setdefault(_SPEC_OF[canonical].name, UsedSpec(_SPEC_OF[canonical]))
        spec.names[canonical] = next(iter(names.values()))
    return list(used.values())


def _used_directives(subgraph: Subgraph) -> list[str]:
    found = {directive.name for element in _elements(subgraph) for directive in element.directives}
    found |= {directive.name for directive in subgraph.schema_directives}
    return sorted(found & CORE_DIRECTIVES, key=_ORDER.__getitem__)


def _elements(subgraph: Subgraph) -> Iterator[Element]:
    for type_ in subgraph.types.values():
        yield from elements_of(type_)


def _report_mismatch(report: Report, spec: CoreSpec, canonical: str, names: dict[str, str]) -> None:
    by_name: dict[str, list[str]] = {}
    for subgraph, name in names.items():
        by_name.setdefault(name, []).append(subgraph)
    described = [
        f'"@{name}" in subgraph{"s" if len(where) > 1 else ""} {listed(where)}'
        for name, where in by_name.items()
    ]
    report.problem(
        "LINK_IMPORT_NAME_MISMATCH",
        f'The "@{canonical.removeprefix(PREFIX)}" directive (from {spec.url}) is imported with mismatched name '
        f"between subgraphs: it is imported as {' and '.join([', '.join(described[:-1]), described[-1]])}",
        list(names),
    )
