"""A small client of the public API: GraphQL over HTTP, subscriptions over graphql-transport-ws."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol


class ApiError(Exception):
    """The API answered with errors; ``codes`` are their ``extensions.code``."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message")) for error in errors))
        self.errors = errors
        self.codes = [error.get("extensions", {}).get("code") for error in errors]
        waits = [error.get("extensions", {}).get("retryAfterSeconds", 0) for error in errors]
        self.retry_after_s = float(max(waits, default=0))


class MutationRefusedError(Exception):
    """A mutation was refused with ``userErrors``."""

    def __init__(self, mutation: str, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"{mutation}: " + "; ".join(f"{e['code']}: {e['message']}" for e in errors))
        self.codes = [error["code"] for error in errors]


@dataclass(frozen=True, slots=True)
class Api:
    """The API as one person, or as nobody. ``url`` is the GraphQL endpoint, ``socket_url`` the WebSocket's."""

    session: aiohttp.ClientSession
    url: str
    socket_url: str
    token: str | None = None

    def signed_in(self, token: str) -> Api:
        return Api(self.session, self.url, self.socket_url, token)

    async def send(self, document: str, **variables: Any) -> dict[str, Any]:
        """The whole response."""
        headers = {"content-type": "application/json", "accept": "application/json"}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        body = orjson.dumps({"query": document, "variables": variables})
        async with self.session.post(self.url, data=body, headers=headers) as response:
            answer: dict[str, Any] = orjson.loads(await response.read())
            return answer

    async def query(self, document: str, **variables: Any) -> Any:
        """``data``; raises ApiError when there are errors."""
        answer = await self.send(document, **variables)
        if answer.get("errors"):
            raise ApiError(answer["errors"])
        return answer["data"]

    async def mutate(self, document: str, **given: Any) -> Any:
        """The payload of the document's one mutation for ``$input``; raises MutationRefusedError."""
        ((name, payload),) = (await self.query(document, input=given)).items()
        if payload["userErrors"]:
            raise MutationRefusedError(name, payload["userErrors"])
        return payload

    @asynccontextmanager
    async def subscribe(self, document: str, **variables: Any) -> AsyncIterator[Subscription]:
        """Events of a subscription. Entering waits until the socket is acknowledged."""
        async with connect(
            self.socket_url, subprotocols=[Subprotocol("graphql-transport-ws")], max_size=2**20
        ) as socket:
            authorization = {"authorization": f"Bearer {self.token}"} if self.token else {}
            await socket.send(orjson.dumps({"type": "connection_init", "payload": authorization}).decode())
            acknowledged = orjson.loads(await socket.recv())
            if acknowledged["type"] != "connection_ack":
                raise ApiError([{"message": f"unexpected {acknowledged}"}])
            payload = {"query": document, "variables": variables}
            frame = {"id": "1", "type": "subscribe", "payload": payload}
            await socket.send(orjson.dumps(frame).decode())
            # A ping is answered in order, so its pong says that the subscription was taken.
            await socket.send('{"type":"ping"}')
            subscription = Subscription(socket)
            await subscription.is_taken()
            yield subscription


class Subscription:
    """One running subscription: events as ``data``, in order."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._early: list[dict[str, Any]] = []

    async def is_taken(self) -> None:
        """Returns when the server has answered the ping that followed the subscribe frame."""
        while (frame := orjson.loads(await self._socket.recv()))["type"] != "pong":
            self._early.append(frame)

    async def next(self, timeout_s: float = 30.0) -> Any:
        """``data`` of the next event. Raises TimeoutError, and ApiError when the subscription was refused."""
        async with asyncio.timeout(timeout_s):
            while True:
                frame = self._early.pop(0) if self._early else orjson.loads(await self._socket.recv())
                if frame["type"] == "next":
                    if frame["payload"].get("errors"):
                        raise ApiError(frame["payload"]["errors"])
                    return frame["payload"]["data"]
                if frame["type"] == "error":
                    raise ApiError(frame["payload"])
