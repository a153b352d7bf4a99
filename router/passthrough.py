"""Subscriptions of foreign subgraphs: a WebSocket to the subgraph for each, by graphql-transport-ws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from kit.telemetry import get_logger
from router.configuration.model import Passthrough
from router.core.execution import FetchRequest
from router.core.operation import OperationError
from router.engine import Engine, HeaderSource, Prepared
from router.pipeline.messages import Client
from router.pipeline.stream import Responses

_PROTOCOL = Subprotocol("graphql-transport-ws")
_ID = "1"
_OPEN_TIMEOUT_S = 10.0
_MESSAGE_BYTES_MAX = 4 * 1024 * 1024
_log = get_logger("router.passthrough")
_LOST = {
    "errors": [
        {
            "message": "The subgraph ended the subscription.",
            "extensions": {"code": "SUBSCRIPTION_LOST"},
        }
    ]
}


class PassthroughSubscriptions:
    """See ``router.pipeline.subscribe.Subscriptions``. ``engine`` is the one that is live."""

    def __init__(self, engine: Callable[[], Engine], configuration: Passthrough) -> None:
        self._engine = engine
        self._configuration = configuration

    async def subscribe(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any],
        client: Client,  # noqa: ARG002 - what subgraphs get to know of a client is in the headers
        headers: HeaderSource,
    ) -> Responses:
        """See Subscriptions."""
        engine = self._engine()
        request = engine.subscription_request(prepared, variables)
        try:
            socket = await self._open(engine, request, headers.of(request.subgraph))
        except (OSError, TimeoutError, WebSocketException, ValueError, KeyError) as error:
            _log.warning("subgraph_unavailable", subgraph=request.subgraph, reason=type(error).__name__)
            message = f"{request.subgraph}: This part of the graph is unavailable for the moment."
            extensions = {"code": "SUBGRAPH_UNAVAILABLE", "service": request.subgraph}
            raise OperationError([{"message": message, "extensions": extensions}]) from error
        return self._events(socket, engine, prepared, variables, headers)

    async def _open(
        self, engine: Engine, request: FetchRequest, headers: Mapping[str, str]
    ) -> ClientConnection:
        """A socket on which the subscription has been asked for."""
        url = self._url(request.subgraph, engine.supergraph.subgraphs[request.subgraph].url)
        socket = await connect(
            url,
            subprotocols=[_PROTOCOL],
            additional_headers=dict(headers),
            open_timeout=_OPEN_TIMEOUT_S,
            max_size=_MESSAGE_BYTES_MAX,
        )
        try:
            await socket.send('{"type":"connection_init","payload":{}}')
            while (said := orjson.loads(await socket.recv()))["type"] != "connection_ack":
                if said["type"] == "ping":
                    await socket.send('{"type":"pong"}')
            payload = {"query": request.query, "variables": request.variables}
            if request.operation_name:
                payload["operationName"] = request.operation_name
            message = {"id": _ID, "type": "subscribe", "payload": payload}
            await socket.send(orjson.dumps(message).decode())
        except BaseException:
            await socket.close()
            raise
        return socket

    async def _events(
        self,
        socket: ClientConnection,
        engine: Engine,
        prepared: Prepared,
        variables: Mapping[str, Any],
        headers: HeaderSource,
    ) -> Responses:
        async with socket:
            try:
                async for text in socket:
                    message = orjson.loads(text)
                    match message.get("type"):
                        case "next":
                            yield await engine.respond_to_event(
                                prepared, variables, headers, message["payload"]
                            )
                        case "error":
                            yield {"errors": message["payload"]}
                            return
                        case "complete":
                            return
                        case "ping":
                            await socket.send('{"type":"pong"}')
            except (ConnectionClosed, ValueError, KeyError) as error:
                _log.warning("subscription_lost", reason=type(error).__name__)
            yield _LOST

    def _url(self, subgraph: str, url: str) -> str:
        """Where the subgraph's subscriptions are: its own URL, at another path if the configuration names one."""
        own = self._configuration.subgraphs.get(subgraph, self._configuration.all)
        parts = urlsplit(url)
        scheme = {"http": "ws", "https": "wss"}[parts.scheme]
        return urlunsplit((scheme, parts.netloc, own.path or parts.path, parts.query, ""))
