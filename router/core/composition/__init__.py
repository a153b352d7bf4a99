"""Compose subgraphs into a Federation 2 supergraph."""

from __future__ import annotations

from router.core.composition.compose import Composition, SubgraphSource, compose
from router.core.composition.problems import CompositionError, CompositionProblem, Hint

__all__ = [
    "Composition",
    "CompositionError",
    "CompositionProblem",
    "Hint",
    "SubgraphSource",
    "compose",
]
