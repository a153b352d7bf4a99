"""Running a process: signals, graceful shutdown, health and metrics."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kit.http_protocol import HardenedProtocol
from kit.proxies import TrustedProxies
from kit.telemetry import get_logger, metrics
from kit.workers.accepting import SharedListener
from kit.workers.worker import WorkerPlace, worker_place

Check = Callable[[], Awaitable[Any]]
"""Raises when something that the process relies on does not answer."""

_CHECK_TIMEOUT_S = 3.0
_YOUNG_OBJECTS = 10_000
_DRAIN_S = 10
_log = get_logger("service")


def run_process(main: Coroutine[Any, Any, None]) -> None:
    """The event loop of a process: uvloop, ended by ``main``."""
    uvloop.run(main)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def keep_what_is_loaded() -> None:
    """Call when a process is set up: schemas and the supergraph stay for good. A full garbage collection that
    looks through them all stops everything for a quarter of a second; from now on none does. Young objects are looked
    through less often, too: hardly anything that a request leaves behind is a cycle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 10, 10)


async def check_all(checks: Mapping[str, Check]) -> dict[str, str]:
    """What fails and why; empty when the process is ready. Checks run at once, each with a deadline."""
    names = list(checks)
    outcomes = await asyncio.gather(
        *(asyncio.wait_for(checks[name](), _CHECK_TIMEOUT_S) for name in names), return_exceptions=True
    )
    return {
        name: type(outcome).__name__
        for name, outcome in zip(names, outcomes, strict=True)
        if isinstance(outcome, BaseException)
    }


def add_health(
    app: Starlette,
    checks: Mapping[str, Check],
    *,
    health_path: str | None = "/health",
    metrics_path: str | None = "/metrics",
) -> None:
    """``/health/live``, ``/health/ready`` (503 names what is missing), ``/health`` for live, and ``/metrics``."""

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(_: Request) -> Response:
        failing = await check_all(checks)
        if failing:
            return JSONResponse({"status": "not ready", "failing": failing}, status_code=503)
        return JSONResponse({"status": "ready"})

    async def exposition(_: Request) -> Response:
        place = worker_place()
        text = metrics.render_metrics() if place is None else await place.render_all()
        return Response(text, media_type=metrics.CONTENT_TYPE)

    if health_path is not None:
        app.add_route(health_path, live, include_in_schema=False)
        app.add_route(f"{health_path}/live", live, include_in_schema=False)
        app.add_route(f"{health_path}/ready", ready, include_in_schema=False)
    if metrics_path is not None:
        app.add_route(metrics_path, exposition, include_in_schema=False)


def health_app(checks: Mapping[str, Check]) -> Starlette:
    """The whole HTTP face of a process that has none of its own."""
    app = Starlette()
    add_health(app, checks)
    return app


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the process decides when to stop."""

    def capture_signals(self) -> Any:
        return nullcontext()


class _Worker(_Server):
    """One of several on the same socket."""

    def __init__(self, config: uvicorn.Config, place: WorkerPlace) -> None:
        super().__init__(config)
        self._place = place

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        state = self.server_state
        protocol_class: Any = self.config.http_protocol_class
        make_protocol = partial(
            protocol_class, config=self.config, server_state=state, app_state=self.lifespan.state
        )
        board = self._place.open_board()
        servers: list[Any] = self.servers
        servers += [
            SharedListener(listener, make_protocol, board, lambda: len(state.connections))
            for listener in sockets or ()
        ]


async def serve_asgi(
    app: Any,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    on_stop: Callable[[], None] | None = None,
    drain_s: float = _DRAIN_S,
) -> None:
    """Serves until ``stop``, then calls ``on_stop`` and finishes what is under way. ``port`` 0 takes a free one; a
    worker (``kit.workers``) accepts on its parent's.
    """
    config = uvicorn.Config(
        app,
        loop="none",
        # Whoever talks to us directly must not choose the address that its limits are counted for.
        http=partial(HardenedProtocol, proxies=TrustedProxies.from_environment()),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=max(1, int(drain_s)),
    )
    place = worker_place()
    listener = (
        socket.create_server((host, port), backlog=2048, reuse_port=False)
        if place is None
        else place.open_listener()
    )
    _log.info("listening", host=host, port=listener.getsockname()[1], worker=place.number if place else None)
    server = _Server(config) if place is None else _Worker(config, place)
    stopper = asyncio.create_task(_stop_server(server, stop, on_stop))
    try:
        async with nullcontext() if place is None else place.taken(stop):
            await server.serve(sockets=[listener])
    finally:
        stopper.cancel()


async def _stop_server(
    server: uvicorn.Server, stop: asyncio.Event, on_stop: Callable[[], None] | None
) -> None:
    await stop.wait()
    if on_stop is not None:
        on_stop()
    server.should_exit = True
