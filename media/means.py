"""What jobs of one process share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from contracts.events import Event
from media.core.figures import MediaFigures
from media.core.gpu import Capabilities
from media.making import NO_CARD
from media.turns import Turns

Tell = Callable[[Event], Awaitable[None]]
"""Makes a fact known."""


@dataclass(frozen=True, slots=True)
class Means:
    """``secret`` keys the names of what is made, ``work_dir`` holds the folders of jobs."""

    figures: MediaFigures
    turns: Turns
    work_dir: Path
    secret: str
    tell: Tell
    capabilities: Capabilities = NO_CARD
