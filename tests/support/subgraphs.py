"""Calling a subgraph as the router does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.ids import new_id
from contracts.subgraph import SubgraphRequest
from contracts.viewer import VIEWER_HEADER, Viewer, sign_viewer
from kit.graphql.subgraph import Subgraph
from kit.resources import Resources


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends operations to one subgraph as one viewer."""

    subgraph: Subgraph
    resources: Resources
    viewer: Viewer | None = None

    def as_user(self, user_id: UUID, **claims: Any) -> Caller:
        """The same, signed in."""
        viewer = Viewer(user_id=user_id, session_id=new_id(), **claims)
        return Caller(self.subgraph, self.resources, viewer)

    async def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole response."""
        return await self.subgraph.executor(self._request(query, variables))

    async def data(self, query: str, **variables: Any) -> Any:
        """``data`` of an answer that must be without errors."""
        response = await self(query, **variables)
        assert "errors" not in response, response["errors"]
        return response["data"]

    async def error_code(self, query: str, **variables: Any) -> str:
        """``extensions.code`` of the only error."""
        response = await self(query, **variables)
        (error,) = response["errors"]
        return str(error["extensions"]["code"])

    async def subscribe(self, query: str, **variables: Any) -> dict[str, Any]:
        """What the first half of a subscription answers: channels, or errors."""
        phase = {"subscription": {"phase": "subscribe"}}
        return await self.subgraph.executor(self._request(query, variables, phase))

    async def map_event(
        self, query: str, channel: str, event: dict[str, Any], **variables: Any
    ) -> dict[str, Any]:
        """What the second half answers for one event."""
        phase = {"subscription": {"phase": "event", "channel": channel, "event": event}}
        return await self.subgraph.executor(self._request(query, variables, phase))

    def _request(
        self, query: str, variables: dict[str, Any], extensions: dict[str, Any] | None = None
    ) -> SubgraphRequest:
        headers = {}
        if self.viewer is not None:
            secret = self.resources.settings.viewer_secret.get_secret_value()
            headers[VIEWER_HEADER] = sign_viewer(self.viewer, secret)
        return SubgraphRequest(query, variables, None, headers, extensions or {})


async def outbox_types(resources: Resources, key: str) -> list[str]:
    """Names of the facts with ``key`` that wait in the domain's outbox, oldest first."""
    from sqlalchemy import bindparam, select

    from contracts.events import decode_event
    from kit.db import Statement, outbox_table

    table = outbox_table(resources.database.domain)
    statement = Statement(
        select(table.c.payload).where(table.c.key == bindparam("of_key")).order_by(table.c.id)
    )
    rows = await resources.database.fetch(statement, of_key=key)
    return [decode_event(bytes(row["payload"]))[0].type for row in rows]
