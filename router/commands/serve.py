"""Serve a supergraph whose subgraphs, of any make, answer over HTTP."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from kit.service import keep_what_is_loaded, run_process, serve_asgi, stop_on_signals
from kit.telemetry import configure_telemetry
from router.app import create_app
from router.assemble import Shared, engine_figures, make_identifier, open_http_transports, open_shared
from router.commands.load import add_supergraph_arguments, load_errors, load_supergraph_sdl
from router.configuration import ConfigurationError, RouterConfiguration, load_configuration
from router.configuration.values import Duration
from router.core.supergraph import load_supergraph
from router.engine import Engine
from router.pipeline.admit import Admission
from router.pipeline.handle import Pipeline
from router.reload import Reloader
from router.transports import Transport

FAILURE_STATUS = 1
_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"]


def expected_errors() -> tuple[type[Exception], ...]:
    """What a person can mend."""
    from router.pipeline.persisted import ManifestError
    from router.rest import RestFileError

    return (*load_errors(), ConfigurationError, ManifestError, RestFileError, ValueError)


@dataclass(frozen=True, slots=True)
class _Telemetry:
    """As the command line has it: this router reads no settings of ours."""

    log_level: str
    log_format: str
    otlp_endpoint: str | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_supergraph_arguments(parser)
    parser.add_argument(
        "--router-config", type=Path, metavar="FILE", help="router.yaml; docs/operations/router-yaml.md"
    )
    parser.add_argument("--host", help="default: that of `supergraph.listen`, 127.0.0.1")
    parser.add_argument("--port", type=int, help="default: that of `supergraph.listen`, 4000")
    parser.add_argument(
        "--subgraph-timeout",
        type=float,
        metavar="SECONDS",
        help="how long one request to a subgraph may take (default: `traffic_shaping.all.timeout`, 10)",
    )
    parser.add_argument("--rest", type=Path, metavar="FILE", help="rest.yaml; docs/guides/rest.md")
    parser.add_argument(
        "--hot-reload", action="store_true", help="take over a changed supergraph without a restart"
    )
    parser.add_argument("--log-level", choices=_LEVELS, default="INFO", help="default: %(default)s")
    parser.add_argument(
        "--log-format", choices=["json", "console"], default="json", help="default: %(default)s"
    )
    parser.add_argument("--otlp-endpoint", metavar="URL", help="OTLP/HTTP collector for spans")


def run(arguments: argparse.Namespace) -> int:
    """In the foreground, until SIGINT or SIGTERM."""
    configuration = _configuration(arguments)
    exporters = configuration.telemetry.exporters
    otlp = exporters.tracing.otlp.endpoint if exporters.tracing.otlp.enabled else None
    is_text = exporters.logging.stdout.format == "text"
    configure_telemetry(
        "router",
        _Telemetry(
            arguments.log_level,
            "console" if is_text else arguments.log_format,
            arguments.otlp_endpoint or otlp,
        ),
    )
    supergraph = load_supergraph(load_supergraph_sdl(arguments))
    shared = open_shared(configuration)
    transports = open_http_transports(supergraph, configuration, shared.responses)
    engine = Engine(supergraph, transports, engine_figures(configuration))
    pipeline = Pipeline(
        engine,
        make_identifier(configuration),
        configuration,
        admission=Admission(configuration, documents=shared.documents),
    )
    if configuration.subscription.enabled:
        _pass_subscriptions_through(pipeline)
    run_process(_serve(pipeline, transports, shared, arguments))
    return 0


def _pass_subscriptions_through(pipeline: Pipeline) -> None:
    if pipeline.engine.supergraph.api_schema.subscription_type is None:
        return
    from router.passthrough import PassthroughSubscriptions  # brings a WebSocket client

    mode = pipeline.configuration.subscription.mode
    pipeline.delivery.subscriptions = PassthroughSubscriptions(lambda: pipeline.engine, mode.passthrough)


def _configuration(arguments: argparse.Namespace) -> RouterConfiguration:
    """The file, with what the command line says over it."""
    file: Path | None = arguments.router_config
    configuration = RouterConfiguration() if file is None else load_configuration(file)
    if arguments.subgraph_timeout is None:
        return configuration
    shaping = configuration.traffic_shaping
    every = replace(shaping.all, timeout=Duration(arguments.subgraph_timeout))
    return replace(configuration, traffic_shaping=replace(shaping, all=every))


async def _serve(
    pipeline: Pipeline, transports: dict[str, Transport], shared: Shared, arguments: argparse.Namespace
) -> None:
    host, _, port = pipeline.configuration.supergraph.listen.rpartition(":")
    app = create_app(pipeline, responses=shared.responses, rest_map=arguments.rest)
    reloader = Reloader(pipeline, transports, lambda: load_supergraph_sdl(arguments), shared.responses)
    watching = asyncio.create_task(reloader.watch()) if arguments.hot_reload else None
    keep_what_is_loaded()
    try:
        await serve_asgi(
            app,
            host=arguments.host or host.strip("[]"),
            port=int(port) if arguments.port is None else arguments.port,
            stop=stop_on_signals(),
            on_stop=app.end_streams,
            drain_s=float(pipeline.configuration.supergraph.connection_shutdown_timeout),
        )
    finally:
        if watching is not None:
            watching.cancel()
        await reloader.close()
        await shared.close()
