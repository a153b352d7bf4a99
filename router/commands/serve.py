"""Serve a supergraph whose subgraphs, of any make, answer over HTTP."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from kit.service import keep_what_is_loaded, run_process, serve_asgi, stop_on_signals
from kit.telemetry import configure_telemetry
from router.app import create_app
from router.commands.load import add_supergraph_arguments, load_errors, load_supergraph_sdl
from router.config import LOCAL_SCHEME, ConfigError
from router.core.supergraph import Supergraph, load_supergraph
from router.engine import Engine, EngineFigures
from router.pipeline.handle import Pipeline
from router.transports import HttpFigures, HttpTransport

FAILURE_STATUS = 1
expected_errors = load_errors

_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"]


@dataclass(frozen=True, slots=True)
class _Telemetry:
    """As the command line has it: this router reads no settings of ours."""

    log_level: str
    log_format: str
    otlp_endpoint: str | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_supergraph_arguments(parser)
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=int, default=4000, help="default: %(default)s")
    parser.add_argument(
        "--subgraph-timeout",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="how long one request to a subgraph may take (default: %(default)s)",
    )
    parser.add_argument("--log-level", choices=_LEVELS, default="INFO", help="default: %(default)s")
    parser.add_argument(
        "--log-format", choices=["json", "console"], default="json", help="default: %(default)s"
    )
    parser.add_argument("--otlp-endpoint", metavar="URL", help="OTLP/HTTP collector for spans")


def run(arguments: argparse.Namespace) -> int:
    """In the foreground, until SIGINT or SIGTERM."""
    configure_telemetry(
        "router", _Telemetry(arguments.log_level, arguments.log_format, arguments.otlp_endpoint)
    )
    supergraph = load_supergraph(load_supergraph_sdl(arguments))
    transports = _transports(supergraph, HttpFigures(timeout_s=arguments.subgraph_timeout))
    engine = Engine(supergraph, transports, EngineFigures(fetch_timeout_s=arguments.subgraph_timeout))
    run_process(_serve(engine, transports, arguments.host, arguments.port))
    return 0


async def _serve(engine: Engine, transports: dict[str, HttpTransport], host: str, port: int) -> None:
    app = create_app(Pipeline(engine))
    keep_what_is_loaded()
    try:
        await serve_asgi(app, host=host, port=port, stop=stop_on_signals())
    finally:
        for transport in transports.values():
            await transport.close()


def _transports(supergraph: Supergraph, figures: HttpFigures) -> dict[str, HttpTransport]:
    """One for each subgraph. Raises ConfigError for a subgraph that no request can reach."""
    for name, subgraph in supergraph.subgraphs.items():
        if subgraph.url.startswith(LOCAL_SCHEME):
            raise ConfigError(
                f"subgraph {name!r} is {subgraph.url}: only `clipgraph serve router` can run subgraphs in process"
            )
        if not subgraph.url:
            raise ConfigError(f"the supergraph names no URL for subgraph {name!r}")
    return {
        name: HttpTransport(name, subgraph.url, figures) for name, subgraph in supergraph.subgraphs.items()
    }
