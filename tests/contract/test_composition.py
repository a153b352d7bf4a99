"""Our composition makes of subgraphs what Apollo's makes of them: the same text, or the same reasons why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from router.config import load_supergraph_config
from router.core.composition import Composition, CompositionError, SubgraphSource, compose
from tests.contract.composition_cases import all_cases, linked
from tests.support.node_peers import NodePeers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def peers() -> NodePeers:
    return NodePeers()


def ask_apollo(peers: NodePeers, sources: Sequence[SubgraphSource]) -> dict[str, Any]:
    return peers.compose([(source.name, source.url, source.sdl) for source in sources])


def ask_ours(sources: Sequence[SubgraphSource]) -> dict[str, Any]:
    try:
        composition: Composition = compose(sources)
    except CompositionError as error:
        return {"errors": [(problem.code, problem.message) for problem in error.problems]}
    return {
        "sdl": composition.supergraph_sdl,
        "hints": [(hint.code, hint.message) for hint in composition.hints],
    }


def comparable(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Text but for the white space around it, and codes; each is free to word its messages."""
    codes = {kind: sorted(code for code, _ in answer[kind]) for kind in ("errors", "hints") if kind in answer}
    return codes | ({"sdl": answer["sdl"].strip()} if "sdl" in answer else {})


@pytest.mark.parametrize("name", all_cases())
def test_a_small_graph_composes_as_with_apollo(peers: NodePeers, name: str) -> None:
    case = all_cases()[name]
    sources = [SubgraphSource(subgraph, f"http://{subgraph}", linked(sdl)) for subgraph, sdl in case.items()]
    assert comparable(ask_ours(sources)) == comparable(ask_apollo(peers, sources))


def test_our_own_graph_composes_as_with_apollo(peers: NodePeers) -> None:
    sources = load_supergraph_config(Path("supergraph.yaml")).sources(lambda path: path.read_text())
    assert comparable(ask_ours(sources)) == comparable(ask_apollo(peers, sources))
