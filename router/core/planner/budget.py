"""How much work one operation may cause: hostile queries end in an error, not in a busy process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class PlanningError(Exception):
    """A valid operation for which no plan was found: the supergraph doesn't satisfy its own API schema."""


class PlanningLimitError(Exception):
    """The operation would take more planning than one request is worth."""


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """``steps`` are fields placed and ways compared; ``is_over`` may end the search by the caller's clock."""

    steps: int = 200_000
    is_over: Callable[[], bool] | None = None


class Budget:
    """What is left of the limits."""

    __slots__ = ("_is_over", "_left")

    def __init__(self, limits: PlanLimits) -> None:
        self._left = limits.steps
        self._is_over = limits.is_over

    def spend(self, steps: int = 1) -> None:
        """Raises PlanningLimitError. The clock is read every thousand steps or so."""
        before = self._left
        self._left -= steps
        if self._left < 0:
            raise PlanningLimitError("the operation needs too many planning steps")
        if self._is_over is not None and before // 1024 != self._left // 1024 and self._is_over():
            raise PlanningLimitError("planning the operation takes too long")
