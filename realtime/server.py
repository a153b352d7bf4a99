"""The WebSocket server."""

from __future__ import annotations

import asyncio
import http
import itertools
from collections.abc import Mapping, Sequence

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from kit.service import Check
from kit.telemetry import get_logger
from realtime import metrics
from realtime.broker import Broker
from realtime.figures import RealtimeFigures
from realtime.gate import Gate
from realtime.http import answer_http, json_response
from realtime.hub import Member
from realtime.protocol import SUBPROTOCOL, CloseCode
from realtime.session import Session
from realtime.sources import ValkeySource
from router.engine import Engine
from router.pipeline.admit import Admission
from router.pipeline.redact import Redactor

_log = get_logger("realtime")


class RealtimeServer:
    """``ws://…/graphql``, and health and metrics over HTTP on the same port.

    Any origin may connect: a socket is authenticated by a token in its first message, never by a cookie.
    """

    def __init__(
        self,
        engine: Engine,
        source: ValkeySource,
        gate: Gate,
        *,
        checks: Mapping[str, Check] | None = None,
        figures: RealtimeFigures | None = None,
        admission: Admission | None = None,
        redactor: Redactor | None = None,
    ) -> None:
        self._figures = figures or RealtimeFigures()
        self._gate = gate
        self._checks = checks or {}
        self._broker = Broker(engine, source, gate, self, admission=admission, redactor=redactor)
        self._sessions: dict[int, Session] = {}
        self._numbers = itertools.count(1)

    async def run(self, host: str, port: int, *, stop: asyncio.Event) -> None:
        """Serves until ``stop``, then asks every client to come back elsewhere (1001)."""
        listening = asyncio.create_task(self._broker.run())
        try:
            async with serve(
                self._serve,
                host,
                port,
                select_subprotocol=_select_subprotocol,
                process_request=self._process_request,
                # Frames are small and shared; compressing each for each socket would cost more than it saves.
                compression=None,
                max_size=self._figures.message_bytes,
                ping_interval=self._figures.ping_every_s,
                ping_timeout=self._figures.ping_every_s,
                close_timeout=2,
                server_header=None,
            ) as server:
                _log.info("listening", host=host, port=port)
                await self._until_stopped(server, listening, stop)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self._broker.close()

    def tell(self, members: set[Member], payload: bytes) -> None:
        """See Audience."""
        for number, operation_id in tuple(members):
            session = self._sessions.get(number)
            if session is not None:
                session.tell(operation_id, payload)

    async def _until_stopped(
        self, server: Server, listening: asyncio.Task[None], stop: asyncio.Event
    ) -> None:
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({stopping, listening}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            stopping.cancel()
            server.close(close_connections=False)
            for session in list(self._sessions.values()):
                session.close(CloseCode.GOING_AWAY, "this server is going away; connect again")

    async def _serve(self, socket: ServerConnection) -> None:
        if socket.subprotocol != SUBPROTOCOL:
            await socket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            return
        number = next(self._numbers)
        session = self._sessions[number] = Session(number, socket, self._broker, self._gate, self._figures)
        metrics.SOCKETS.inc()
        try:
            await session.run()
        finally:
            del self._sessions[number]
            metrics.SOCKETS.dec()

    async def _process_request(self, _: ServerConnection, request: Request) -> Response | None:
        """None lets the WebSocket handshake go on."""
        path = request.path.partition("?")[0]
        if path != "/graphql":
            return await answer_http(path, self._checks)
        is_full = len(self._sessions) >= self._figures.sockets
        return json_response(http.HTTPStatus.SERVICE_UNAVAILABLE, {"status": "full"}) if is_full else None


def _select_subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """None is let in, to be told what is wrong by a close code of the protocol."""
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None
