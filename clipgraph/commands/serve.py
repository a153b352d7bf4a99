"""Run one service of the platform alone. Settings come from CLIPGRAPH_* (docs/operations/configuration.md)."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence

from clipgraph.domains import DOMAINS
from kit.config import Settings
from kit.service import run_process, stop_on_signals
from kit.telemetry import configure_telemetry
from kit.workers.parent import WorkerFailedError, run_workers
from kit.workers.worker import worker_place

_DRAIN_S = 14.0
"""How long workers may take to end: a second less than the supervisor gives their parent."""
_WORKERS = ("relay", "consume", "schedule")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    services = parser.add_subparsers(dest="service", required=True, metavar="SERVICE")
    services.add_parser("router", help="the GraphQL endpoint, with every local:// subgraph in process")
    services.add_parser("realtime", help="the WebSocket endpoint")
    services.add_parser("origin", help="playlists, segments and pictures")
    services.add_parser("media", help="the transcoder")
    subgraph = services.add_parser("subgraph", help="one subgraph behind HTTP")
    subgraph.add_argument("name", choices=DOMAINS)
    subgraph.add_argument("--port", type=int, help="default: CLIPGRAPH_ADMIN_PORT")
    worker = services.add_parser("worker", help="a background worker")
    worker.add_argument("name", choices=_WORKERS)
    worker.add_argument("--domain", action="append", choices=DOMAINS, help="these only; may be repeated")


def run(arguments: argparse.Namespace) -> int:
    settings = Settings()
    name = getattr(arguments, "name", None)
    configure_telemetry(f"{arguments.service}-{name}" if name else arguments.service, settings)
    try:
        run_process(_serve(_choose(arguments, settings)))
    except WorkerFailedError as error:
        print(f"clipgraph: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(start: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    await start(stop_on_signals())


def _choose(arguments: argparse.Namespace, settings: Settings) -> Callable[[asyncio.Event], Awaitable[None]]:
    """A process imports only the rooms that it is made of."""
    match arguments.service:
        case "router":
            return _choose_router(settings)
        case "realtime":
            from clipgraph.processes.realtime import serve_realtime

            return lambda stop: serve_realtime(settings, stop=stop)
        case "origin":
            from clipgraph.processes.origin import serve_origin

            return lambda stop: serve_origin(settings, stop=stop)
        case "media":
            from clipgraph.processes.workers import serve_media

            return lambda stop: serve_media(settings, stop=stop)
        case "subgraph":
            port = settings.admin_port if arguments.port is None else arguments.port
            return _choose_subgraph(settings, arguments.name, port)
        case _:
            return _choose_worker(arguments, settings)


def _choose_router(settings: Settings) -> Callable[[asyncio.Event], Awaitable[None]]:
    if _is_parent(settings):
        return _run_workers(settings, ["router"], settings.router_port)
    from clipgraph.processes.router import serve_router

    return lambda stop: serve_router(settings, stop=stop)


def _choose_subgraph(settings: Settings, name: str, port: int) -> Callable[[asyncio.Event], Awaitable[None]]:
    if _is_parent(settings):
        return _run_workers(settings, ["subgraph", name], port)
    from clipgraph.processes.subgraphs import serve_subgraph

    return lambda stop: serve_subgraph(settings, name, port=port, stop=stop)


def _is_parent(settings: Settings) -> bool:
    """Whether this process is to have workers rather than to serve."""
    return settings.workers > 1 and worker_place() is None


def _run_workers(
    settings: Settings, service: Sequence[str], port: int
) -> Callable[[asyncio.Event], Awaitable[None]]:
    return lambda stop: run_workers(
        [sys.executable, "-m", "clipgraph", "serve", *service],
        settings.workers,
        host=settings.host,
        port=port,
        stop=stop,
        stop_deadline_s=_DRAIN_S,
    )


def _choose_worker(
    arguments: argparse.Namespace, settings: Settings
) -> Callable[[asyncio.Event], Awaitable[None]]:
    from clipgraph.processes import workers

    serve = {
        "relay": workers.serve_relay,
        "consume": workers.serve_consume,
        "schedule": workers.serve_schedule,
    }[arguments.name]
    domains = tuple(arguments.domain or ())
    return lambda stop: serve(settings, domains, stop=stop)
