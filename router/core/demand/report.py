"""What is told of a cost: to the client in ``extensions.cost``, in errors, and to metrics.

CostError
├── EstimatedTooExpensiveError   COST_ESTIMATED_TOO_EXPENSIVE
├── ActualTooExpensiveError      COST_ACTUAL_TOO_EXPENSIVE
└── SlicingArgumentsError        COST_QUERY_PARSE_FAILURE
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

STATIC_ESTIMATED: Final = "static_estimated"
COST_OK: Final = "COST_OK"


class CostError(Exception):
    """What a client may be told, verbatim. ``code`` is Apollo Router's."""

    code: ClassVar[str]

    @property
    def formatted(self) -> dict[str, Any]:
        """As the GraphQL specification wants errors."""
        return {"message": str(self), "extensions": {"code": self.code, **self._figures()}}

    def _figures(self) -> dict[str, float]:
        return {}


class EstimatedTooExpensiveError(CostError):
    """The operation was not run."""

    code = "COST_ESTIMATED_TOO_EXPENSIVE"

    def __init__(self, estimated: float, maximum: float) -> None:
        super().__init__(f"The operation may cost {estimated:g}; {maximum:g} is allowed.")
        self.estimated, self.maximum = estimated, maximum

    def _figures(self) -> dict[str, float]:
        return {"cost.estimated": self.estimated, "cost.max": self.maximum}


class ActualTooExpensiveError(CostError):
    """The operation was run and its lists were longer than assumed."""

    code = "COST_ACTUAL_TOO_EXPENSIVE"

    def __init__(self, actual: float, maximum: float) -> None:
        super().__init__(f"The operation did cost {actual:g}; {maximum:g} is allowed.")
        self.actual, self.maximum = actual, maximum

    def _figures(self) -> dict[str, float]:
        return {"cost.actual": self.actual, "cost.max": self.maximum}


class SlicingArgumentsError(CostError):
    """A list that wants exactly one of its slicing arguments has ``found`` of them."""

    code = "COST_QUERY_PARSE_FAILURE"

    def __init__(self, coordinate: str, arguments: Sequence[str], found: int) -> None:
        wanted = ", ".join(arguments)
        super().__init__(f"{coordinate} takes exactly one of its slicing arguments ({wanted}), not {found}.")
        self.coordinate, self.arguments, self.found = coordinate, tuple(arguments), found


@dataclass(frozen=True, slots=True)
class CostReport:
    """Of one request; ``actual`` is None until it has run."""

    estimated: float
    maximum: float
    actual: float | None = None
    strategy: str = STATIC_ESTIMATED

    @property
    def error(self) -> CostError | None:
        """Why it is too expensive. Whoever measures only tells it; whoever enforces raises it."""
        if self.estimated > self.maximum:
            return EstimatedTooExpensiveError(self.estimated, self.maximum)
        if self.actual is not None and self.actual > self.maximum:
            return ActualTooExpensiveError(self.actual, self.maximum)
        return None

    @property
    def result(self) -> str:
        """``COST_OK`` or the error's code."""
        error = self.error
        return COST_OK if error is None else error.code

    def with_actual(self, actual: float) -> CostReport:
        return replace(self, actual=actual)

    def extension(self) -> dict[str, Any]:
        """``extensions.cost``."""
        told: dict[str, Any] = {"estimated": self.estimated}
        if self.actual is not None:
            told["actual"] = self.actual
        return {**told, "strategy": self.strategy, "max": self.maximum, "result": self.result}
