"""From documents to plans, each made once: what was prepared is kept, what was refused is not."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from kit.telemetry import get_logger
from router.core.authorization import Denial, demands_of, restrict
from router.core.operation import Operation, OperationError, OperationKind, prepare_operation
from router.core.planner import PlanLimits, PlanningError, PlanningLimitError, QueryPlan, plan_operation
from router.core.selection import Field, walk
from router.core.supergraph import Demand, Supergraph
from router.figures import EngineFigures
from router.metrics import PREPARED
from router.override_labels import OverrideLabels

VIEWER_TAG = "viewer"
"""``@tag`` on fields whose value depends on who asks."""

_NO_LABELS: frozenset[str] = frozenset()
_LABEL_SETS_KEPT = 32
_FOUND, _MADE = PREPARED.labels("found"), PREPARED.labels("made")
_log = get_logger("router.prepare")
_Value = TypeVar("_Value")
_Source = tuple[str, str | None]
"""A document, and the name of one of its operations."""


@dataclass(frozen=True)
class Prepared:
    """A parsed, validated and planned operation; any number of requests may run it.

    ``demands`` are what its fields ask of a client, ``denials`` the fields that were taken out of it.
    """

    operation: Operation
    plan: QueryPlan
    is_viewer_dependent: bool
    key: Hashable
    labels: frozenset[str] = frozenset()
    demands: frozenset[Demand] = frozenset()
    denials: tuple[Denial, ...] = ()

    @property
    def kind(self) -> OperationKind:
        return self.operation.kind

    @cached_property
    def is_deferring(self) -> bool:
        """Whether anything of it may arrive later."""
        return any(isinstance(each, Field) and each.deferral for each in walk(self.operation.selections))

    @cached_property
    def unauthorized(self) -> tuple[dict[str, Any], ...]:
        """An error for each field that was taken out."""
        return tuple(
            {
                "message": "Unauthorized field or type.",
                "path": list(denial.path),
                "extensions": {"code": "UNAUTHORIZED_FIELD_OR_TYPE", "coordinate": denial.coordinate},
            }
            for denial in self.denials
        )


class _Kept(Generic[_Value]):
    """Values by key, those used last."""

    def __init__(self, limit: int, make: Callable[..., _Value]) -> None:
        self._limit = limit
        self._make = make
        self._values: OrderedDict[Any, _Value] = OrderedDict()

    def get(self, key: Any, *arguments: Any) -> _Value:
        """Made from ``arguments`` where it is not there; nothing is kept when that raises."""
        known = self._values.get(key)
        if known is not None:
            self._values.move_to_end(key)
            return known
        made = self._values[key] = self._make(*arguments)
        if len(self._values) > self._limit:
            self._values.popitem(last=False)
        return made

    def recent(self, count: int) -> list[Any]:
        """Keys, the latest first."""
        return list(reversed(self._values))[:count]

    def __contains__(self, key: Any) -> bool:
        return key in self._values


class Preparer:
    """Belongs to one supergraph and one event loop."""

    def __init__(self, supergraph: Supergraph, figures: EngineFigures) -> None:
        self.supergraph = supergraph
        self._figures = figures
        self._labels = OverrideLabels(supergraph.override_labels, figures.override_labels)
        self._with_labels = lru_cache(_LABEL_SETS_KEPT)(supergraph.with_labels)
        kept = figures.operations_kept
        self._operations: _Kept[Operation] = _Kept(kept, self._parse)
        self._prepared: _Kept[Prepared] = _Kept(kept, self._prepare)
        self._restricted: _Kept[Prepared] = _Kept(kept, self._restrict)

    def prepare(self, source: str, operation_name: str | None = None) -> Prepared:
        """Raises OperationError.

        Where fields move from one subgraph to another little by little (``@override`` with a label), each call
        decides anew which of them moved.
        """
        labels = _NO_LABELS
        if self.supergraph.override_labels:
            operation = self._operations.get((source, operation_name), source, operation_name)
            labels = self._labels.draw(operation.override_labels())
        key = (source, operation_name, labels)
        (_FOUND if key in self._prepared else _MADE).inc()
        return self._prepared.get(key, *key)

    def restrict(self, prepared: Prepared, denied: frozenset[Demand]) -> Prepared:
        """Without the fields whose demands are not met. Raises OperationError."""
        return self._restricted.get((prepared.key, denied), prepared, denied)

    def recent(self, count: int) -> Sequence[_Source]:
        """What was asked for last, the latest first."""
        return list(dict.fromkeys(key[:2] for key in self._prepared.recent(count)))

    def _parse(self, source: str, operation_name: str | None) -> Operation:
        limits = self._figures.limits
        operation = prepare_operation(self.supergraph, source, operation_name, limits=limits)
        if operation.excess is not None:
            _log.warning("limit_exceeded", operation=operation.name, code=operation.excess.code)
        return operation

    def _prepare(self, source: str, operation_name: str | None, labels: frozenset[str]) -> Prepared:
        operation = self._operations.get((source, operation_name), source, operation_name)
        return Prepared(
            operation=operation,
            plan=self._plan(operation, labels),
            is_viewer_dependent=operation.selects_tag(VIEWER_TAG),
            key=(source, operation_name, labels),
            labels=labels,
            demands=demands_of(operation),
        )

    def _restrict(self, prepared: Prepared, denied: frozenset[Demand]) -> Prepared:
        restricted = restrict(prepared.operation, denied)
        return Prepared(
            operation=restricted.operation,
            plan=self._plan(restricted.operation, prepared.labels),
            is_viewer_dependent=prepared.is_viewer_dependent,
            key=(prepared.key, denied),
            labels=prepared.labels,
            denials=restricted.denials,
        )

    def _plan(self, operation: Operation, labels: frozenset[str]) -> QueryPlan:
        supergraph = self._with_labels(labels) if labels else self.supergraph
        ends_at = time.monotonic() + self._figures.planning_timeout_s
        limits = PlanLimits(
            steps=self._figures.planning_steps_max, is_over=lambda: time.monotonic() > ends_at
        )
        try:
            return plan_operation(supergraph, operation, limits)
        except (PlanningLimitError, RecursionError) as error:
            raise _refused("The operation is too complex to plan.", "OPERATION_TOO_COMPLEX") from error
        except PlanningError as error:
            _log.error("operation_without_plan", operation=operation.name, reason=str(error))
            raise _refused("The graph cannot answer this operation.", "INTERNAL_SERVER_ERROR") from error


def _refused(message: str, code: str) -> OperationError:
    return OperationError([{"message": message, "extensions": {"code": code}}])
