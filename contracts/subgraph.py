"""The call between router and subgraph, whatever carries it (in process or HTTP).

Made for every request, so not frozen: a frozen one costs three times as much. Nobody changes them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

DEADLINE_HEADER = "x-envoy-expected-rq-timeout-ms"
"""How long the router will wait for an answer, as Envoy tells its upstreams."""

OVERLOADED = "OVERLOADED"
"""The code of an error that says: there is too much to do, ask again after a moment."""


class SubgraphUnavailableError(Exception):
    """No usable answer: refused, timed out, cut off or not GraphQL. Costs the fields of this subgraph only.

    ``is_busy``: it said itself that it has too much to do.
    """

    def __init__(self, subgraph: str, reason: str, *, is_busy: bool = False) -> None:
        super().__init__(f"subgraph {subgraph!r} is unavailable: {reason}")
        self.subgraph = subgraph
        self.reason = reason
        self.is_busy = is_busy


@dataclass(slots=True)
class SubgraphRequest:
    """One GraphQL request to one subgraph. Header names are lower-case.

    ``entities``: variables that hold representations, with the response key of the ``_entities`` that they are for.
    ``timeout_s`` is how long the caller will wait; whoever carries the request keeps to it.
    """

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    entities: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float | None = None


def is_shed(response: Mapping[str, Any]) -> bool:
    """Whether there is nothing in a GraphQL response, and the only reason is that there is too much to do."""
    errors = response.get("errors")
    if not errors or any(value is not None for value in (response.get("data") or {}).values()):
        return False
    return all((error.get("extensions") or {}).get("code") == OVERLOADED for error in errors)


SubgraphExecutor = Callable[[SubgraphRequest], Awaitable[dict[str, Any]]]
"""Answers a request with a GraphQL response; raises SubgraphUnavailableError."""
