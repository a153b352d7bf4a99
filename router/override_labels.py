"""Which labels of progressive ``@override`` are active for one request."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable

_PERCENT = re.compile(r"percent\((\d+(?:\.\d+)?)\)")


class OverrideLabels:
    """``percent(5)`` is drawn for each request; other labels are active when the configuration names them."""

    def __init__(
        self,
        known: Iterable[str],
        active: frozenset[str],
        draw: Callable[[], float] = random.random,
    ) -> None:
        matches = {label: _PERCENT.fullmatch(label) for label in known}
        self._shares = {label: float(match[1]) / 100 for label, match in matches.items() if match}
        self._active = active
        self._draw = draw

    def draw(self, labels: frozenset[str]) -> frozenset[str]:
        """The active ones of ``labels``. One draw decides for all, so that equal shares move together."""
        drawn = self._draw()
        return frozenset(
            label
            for label in labels
            if (drawn < self._shares[label] if label in self._shares else label in self._active)
        )
