"""What runs periodically."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs every ``every_s`` seconds, in one process at a time; safe to run twice."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[None]]
