"""The clock of a step: a histogram by its name, and a span when tracing is on."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from kit.telemetry import span
from router.metrics import STEP_SECONDS


class Step:
    """``with Step("prepare"): …``"""

    __slots__ = ("_histogram", "_name", "_span", "_started")

    _known: dict[str, Any] = {}

    def __init__(self, name: str) -> None:
        self._name = name
        histogram = self._known.get(name)
        if histogram is None:
            histogram = self._known[name] = STEP_SECONDS.labels(name)
        self._histogram = histogram

    def __enter__(self) -> None:
        self._span = span(f"router.{self._name}")
        self._span.__enter__()
        self._started = time.perf_counter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._histogram.observe(time.perf_counter() - self._started)
        self._span.__exit__(kind, error, traceback)
