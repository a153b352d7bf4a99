"""What every transport is."""

from __future__ import annotations

from typing import Any, Protocol

from contracts.subgraph import SubgraphRequest

CACHE_CONTROL = "cacheControl"
"""Where a response has the headers ``Cache-Control`` and ``Vary`` that it came with, if it had the first."""


class Transport(Protocol):
    """Carries one request to one subgraph, within its ``timeout_s``. The response belongs to the caller."""

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """A GraphQL response. Raises SubgraphUnavailableError and nothing else."""

    async def close(self) -> None:
        """Gives connections back."""
