"""What every operation passes before it costs anything, whichever way it came: HTTP, a batch, REST, a socket."""

from __future__ import annotations

from router.configuration.model import RouterConfiguration
from router.core.demand import CostReport
from router.engine import Engine, Prepared
from router.pipeline.authorize import Authorizer
from router.pipeline.control_demand import DemandControl
from router.pipeline.limit_rate import Buckets, RateLimits
from router.pipeline.messages import Client, GraphQLRequest, RefusedError
from router.pipeline.persisted import DocumentStore, PersistedDocuments
from router.pipeline.step import Step


class Admission:
    """By the configuration. Raises ManifestError for one that can't be used."""

    def __init__(
        self,
        configuration: RouterConfiguration | None = None,
        *,
        buckets: Buckets | None = None,
        documents: DocumentStore | None = None,
    ) -> None:
        configuration = configuration or RouterConfiguration()
        self.authorizer = Authorizer(configuration.authorization)
        self.rates = RateLimits(configuration.traffic_shaping.router, buckets)
        self.documents = PersistedDocuments(configuration.apq, configuration.persisted_queries, documents)
        self.demand = DemandControl(configuration.demand_control, self.rates)
        self._introspects = configuration.supergraph.introspection

    async def admit(
        self, engine: Engine, request: GraphQLRequest, client: Client
    ) -> tuple[Prepared, CostReport | None]:
        """The operation as this client may run it, and what it may cost; None where demand is not controlled.

        Raises RefusedError, OperationError.
        """
        document = await self.documents.find(request)
        with Step("prepare"):
            prepared = engine.prepare(document, request.operation_name)
        if prepared.kind == "mutation" and not request.may_write:
            raise RefusedError(405, "METHOD_NOT_ALLOWED", "Send mutations with POST.", {"allow": "POST"})
        if prepared.operation.introspection is not None and not self._introspects:
            raise RefusedError(
                400, "INTROSPECTION_DISABLED", "Introspection is off here; ask for the schema's file."
            )
        with Step("authorize"):
            prepared = self.authorizer.restrict(engine, prepared, client.claims)
        if not self.demand.is_enabled:
            return prepared, None
        with Step("demand"):
            return prepared, await self.demand.check(prepared, request.variables, client)
