"""What is known of a request while it goes from step to step.

Made for every request, so not frozen: a frozen one costs three times as much. Nobody changes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from router.core.demand import CostReport
from router.engine import Engine, Prepared
from router.pipeline.accept import Accepted
from router.pipeline.messages import Client, GraphQLRequest, HttpRequest
from router.pipeline.propagate_headers import SubgraphHeaders


@dataclass(slots=True)
class Exchange:
    """One HTTP request, once it is known who asks and what is accepted in answer. It ends with the engine that it
    began with.
    """

    engine: Engine
    request: HttpRequest
    accepted: Accepted
    client: Client
    headers: SubgraphHeaders


@dataclass(slots=True)
class Call:
    """One operation of it that may run. ``cost`` is None where demand is not controlled."""

    exchange: Exchange
    graphql: GraphQLRequest
    prepared: Prepared
    cost: CostReport | None
