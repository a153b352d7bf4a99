"""How much the engine keeps, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from router.core.operation import OperationLimits


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """Seconds: for one fetch, all of an operation, and planning one.

    ``override_labels`` are custom labels that are active; ``denials_in`` is where a response tells of fields that
    were taken out of it.
    """

    operations_kept: int = 1024
    fetch_timeout_s: float = 10.0
    operation_timeout_s: float = 14.0
    planning_timeout_s: float = 2.0
    planning_steps_max: int = 200_000
    limits: OperationLimits = field(default_factory=OperationLimits)
    override_labels: frozenset[str] = frozenset()
    denials_in: Literal["errors", "extensions", "disabled"] = "errors"
