"""Say in a few lines what composes into what."""

from __future__ import annotations

import re

from router.core.composition import Composition, CompositionError, SubgraphSource, compose

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", '
    '"@provides", "@external", "@shareable", "@override", "@tag", "@inaccessible", "@interfaceObject", '
    '"@extends", "@composeDirective", "@cost", "@listSize", "@authenticated", "@requiresScopes", "@policy", '
    '"@context", "@fromContext"])\n'
)


def compose_sdls(**sdls: str) -> Composition:
    """Subgraphs by name; each imports all of federation unless it links by itself."""
    return compose(
        [
            SubgraphSource(name, f"http://{name}", sdl if "@link" in sdl else LINK + sdl)
            for name, sdl in sdls.items()
        ]
    )


def types_of(composition: Composition, *names: str) -> str:
    """The prints of the named definitions, in the order they stand in the supergraph."""
    blocks = re.split(r"\n\n(?=\w|\"\"\")", composition.supergraph_sdl.strip())
    return "\n\n".join(block for block in blocks if _defined_name(block) in names)


def _defined_name(block: str) -> str | None:
    match = re.search(r"^(?:type|interface|union|enum|input|scalar|directive) @?(\w+)", block, re.MULTILINE)
    return match[1] if match else None


def problems_of(**sdls: str) -> list[tuple[str, tuple[str, ...]]]:
    """Code and subgraphs of every problem; none when it composes."""
    try:
        compose_sdls(**sdls)
    except CompositionError as error:
        return [(problem.code, problem.subgraphs) for problem in error.problems]
    return []


def messages_of(**sdls: str) -> list[str]:
    try:
        compose_sdls(**sdls)
    except CompositionError as error:
        return [problem.message for problem in error.problems]
    return []


def hints_of(**sdls: str) -> list[str]:
    return [hint.code for hint in compose_sdls(**sdls).hints]
