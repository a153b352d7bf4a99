"""Refuses what would cost too much, before it runs; and charges clients for what they ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from router.configuration.model import DemandControl as DemandConfiguration
from router.core.demand import (
    ActualCost,
    CostError,
    CostReport,
    Formula,
    SlicingArgumentsError,
    compile_estimate,
)
from router.engine import Prepared
from router.metrics import ACTUAL_COST, ESTIMATED_COST, LIMITED
from router.pipeline.limit_rate import RateLimits
from router.pipeline.messages import Client, RefusedError

_KEPT = 1024


class _Rules(NamedTuple):
    """What one operation may cost and did cost."""

    estimate: Formula
    actual: ActualCost


class DemandControl:
    """By ``demand_control`` of router.yaml."""

    def __init__(self, configuration: DemandConfiguration, rates: RateLimits) -> None:
        self._configuration = configuration
        self._strategy = configuration.strategy.static_estimated
        self._rates = rates
        self._known: dict[Any, _Rules] = {}

    @property
    def is_enabled(self) -> bool:
        return self._configuration.enabled

    async def check(
        self, prepared: Prepared, variables: Mapping[str, Any], client: Client
    ) -> CostReport | None:
        """None where the cost can't be told and need not be. Raises RefusedError: 400 for an operation, 429 for a client
        that has spent its budget; OperationError.
        """
        enforced = self._configuration.mode == "enforce"
        coerced = prepared.operation.coerce_variables(variables)
        try:
            estimated = self._rules(prepared).estimate.cost(coerced)
        except SlicingArgumentsError as error:
            if not enforced:
                return None
            raise _refused(error) from error
        ESTIMATED_COST.observe(estimated)
        report = CostReport(estimated, self._strategy.max)
        if enforced and report.error is not None:
            LIMITED.labels(report.result).inc()
            raise _refused(report.error)
        if enforced and self._strategy.client_budget is not None:
            await self._rates.charge(client, self._strategy.client_budget, estimated)
        return report

    def describe(
        self,
        report: CostReport,
        prepared: Prepared,
        variables: Mapping[str, Any],
        response: Mapping[str, Any],
    ) -> dict[str, Any]:
        """What became of it, as ``extensions.cost`` shows it."""
        actual = self._rules(prepared).actual.of(response.get("data"), variables)
        ACTUAL_COST.observe(actual)
        return report.with_actual(actual).extension()

    def _rules(self, prepared: Prepared) -> _Rules:
        known = self._known.get(prepared.key)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            operation = prepared.operation
            costs, schema = operation.supergraph.costs, operation.supergraph.api_schema
            known = self._known[prepared.key] = _Rules(
                compile_estimate(costs, schema, operation, self._strategy.list_size),
                ActualCost(costs, schema, operation),
            )
        return known


def _refused(error: CostError) -> RefusedError:
    formatted = error.formatted
    extensions = {name: value for name, value in formatted["extensions"].items() if name != "code"}
    return RefusedError(400, error.code, formatted["message"], extensions=extensions)
