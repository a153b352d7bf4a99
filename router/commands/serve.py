"""Serve a supergraph whose subgraphs, of any make, answer over HTTP."""

from __future__ import annotations

import argparse

from kit.config import Settings
from kit.service import run_process, serve_asgi, stop_on_signals
from kit.telemetry import configure_telemetry
from router.app import create_app
from router.commands.load import add_supergraph_arguments, load_supergraph_sdl
from router.config import LOCAL_SCHEME, ConfigError
from router.core.composition import CompositionError
from router.core.supergraph import Supergraph, SupergraphError, load_supergraph
from router.engine import Engine, EngineFigures
from router.pipeline.handle import Pipeline
from router.transports import HttpFigures, HttpTransport

EXPECTED_ERRORS = (ConfigError, CompositionError, SupergraphError, OSError)
FAILURE_STATUS = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_supergraph_arguments(parser)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4000)
    parser.add_argument(
        "--subgraph-timeout",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="how long one request to a subgraph may take (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    configure_telemetry("router", Settings())
    supergraph = load_supergraph(load_supergraph_sdl(arguments))
    run_process(_serve(supergraph, arguments.host, arguments.port, arguments.subgraph_timeout))
    return 0


async def _serve(supergraph: Supergraph, host: str, port: int, timeout_s: float) -> None:
    figures = HttpFigures(timeout_s=timeout_s)
    transports = {
        name: _transport(name, subgraph.url, figures) for name, subgraph in supergraph.subgraphs.items()
    }
    engine = Engine(supergraph, transports, EngineFigures(fetch_timeout_s=timeout_s))
    app = create_app(Pipeline(engine))
    try:
        await serve_asgi(app, host=host, port=port, stop=stop_on_signals())
    finally:
        for transport in transports.values():
            await transport.close()


def _transport(name: str, url: str, figures: HttpFigures) -> HttpTransport:
    if url.startswith(LOCAL_SCHEME):
        raise ConfigError(
            f"subgraph {name!r} is {url}: only `clipgraph serve router` can run subgraphs in process"
        )
    if not url:
        raise ConfigError(f"the supergraph names no URL for subgraph {name!r}")
    return HttpTransport(name, url, figures)
