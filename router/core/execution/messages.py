"""What passes between an execution and whoever does its I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class FetchRequest:
    """Ask ``subgraph``; give the response to ``Execution.receive`` under ``id``.

    ``entities`` are variables that hold representations, with the response key of their ``_entities``.
    ``is_primary`` marks a root fetch, which for a subscription is the one that maps the event.
    """

    id: int
    subgraph: str
    query: str
    variables: dict[str, Any]
    operation_name: str | None
    is_primary: bool
    entities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """No response could be had. ``message`` is shown to the client, so it names no host."""

    message: str
    code: str = "SUBGRAPH_UNAVAILABLE"
