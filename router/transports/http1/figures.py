"""The limits of one subgraph's pool."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpFigures:
    """``timeout_s`` covers a whole exchange, the wait for a connection included; ``max_response_bytes`` is read at
    most, after decompression.

    ``idle_s`` is less than what servers grant (uvicorn 5 s, Node.js 5 s), so that they seldom close a connection on
    which a request is under way.
    """

    timeout_s: float = 10.0
    connect_timeout_s: float = 2.0
    connections: int = 100
    idle_s: float = 4.0
    max_response_bytes: int = 32 * 1024 * 1024
