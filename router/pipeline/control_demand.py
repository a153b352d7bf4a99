"""Refuses what would cost too much, before it runs; and charges clients for what they ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from router.configuration.model import DemandControl as DemandConfiguration
from router.core.demand_control import CostError, Estimate, actual_cost
from router.engine import Prepared
from router.metrics import ACTUAL_COST, ESTIMATED_COST, LIMITED
from router.pipeline.limit_rate import RateLimits
from router.pipeline.messages import Client, RefusedError

_ESTIMATES_KEPT = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request. ``result`` is Apollo's code."""

    estimated: float
    result: str


class DemandControl:
    """By ``demand_control`` of router.yaml."""

    def __init__(self, configuration: DemandConfiguration, rates: RateLimits) -> None:
        self._configuration = configuration
        self._strategy = configuration.strategy.static_estimated
        self._rates = rates
        self._estimates: dict[Any, Estimate] = {}

    @property
    def is_enabled(self) -> bool:
        return self._configuration.enabled

    async def check(self, prepared: Prepared, variables: Mapping[str, Any], client: Client) -> Cost:
        """Raises RefusedError: 400 for an operation, 429 for a client that has spent its budget; OperationError."""
        enforced = self._configuration.mode == "enforce"
        coerced = prepared.operation.coerce_variables(variables)
        try:
            estimated = self._estimate(prepared).cost(coerced)
        except CostError as error:
            if not enforced:
                return Cost(0.0, "COST_QUERY_PARSE_FAILURE")
            raise RefusedError(400, "COST_QUERY_PARSE_FAILURE", str(error)) from error
        ESTIMATED_COST.observe(estimated)
        if estimated > self._strategy.max:
            if not enforced:
                return Cost(estimated, "COST_ESTIMATED_TOO_EXPENSIVE")
            LIMITED.labels("COST_ESTIMATED_TOO_EXPENSIVE").inc()
            extensions = {"cost": {"estimated": estimated, "max": self._strategy.max}}
            raise RefusedError(
                400,
                "COST_ESTIMATED_TOO_EXPENSIVE",
                f"The operation may cost {estimated:g}; {self._strategy.max:g} is allowed.",
                extensions=extensions,
            )
        if self._strategy.client_budget is not None and enforced:
            await self._rates.charge(client, self._strategy.client_budget, estimated)
        return Cost(estimated, "COST_OK")

    def describe(
        self, cost: Cost, prepared: Prepared, variables: Mapping[str, Any], response: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What became of it, as ``extensions.cost`` shows it."""
        actual = actual_cost(prepared.operation, variables, response.get("data"))
        ACTUAL_COST.observe(actual)
        return {
            "estimated": cost.estimated,
            "actual": actual,
            "max": self._strategy.max,
            "strategy": "static_estimated",
            "result": cost.result,
        }

    def _estimate(self, prepared: Prepared) -> Estimate:
        known = self._estimates.get(prepared.key)
        if known is None:
            if len(self._estimates) >= _ESTIMATES_KEPT:
                self._estimates.clear()
            known = self._estimates[prepared.key] = Estimate(prepared.operation, self._strategy.list_size)
        return known
