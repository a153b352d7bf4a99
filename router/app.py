"""The router's ASGI application."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from kit.service import Check, add_health
from router.pipeline.handle import Pipeline
from router.server.endpoint import GraphQLEndpoint
from router.server.graphiql import load_page
from router.server.invalidation import Invalidation
from router.transports.response_store import ResponseStore

GRAPHQL_PATH = "/graphql"
DEFAULT_WEB_DIST = Path("web/dist")


class RouterApp:
    """GraphQL goes straight to its endpoint; everything else through Starlette."""

    def __init__(self, path: str, endpoint: GraphQLEndpoint, rest: Starlette) -> None:
        self._path = path
        self._endpoint = endpoint
        self._rest = rest

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == self._path:
            await self._endpoint(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    def end_streams(self) -> None:
        """Call when the process is about to stop."""
        self._endpoint.end_streams()


def create_app(
    pipeline: Pipeline,
    *,
    checks: Mapping[str, Check] | None = None,
    realtime_url: str | None = None,
    web_dist: Path = DEFAULT_WEB_DIST,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
    responses: ResponseStore | None = None,
) -> RouterApp:
    """``documents`` are JSON documents served as they are, by path, such as ``/.well-known/jwks.json``; ``responses``
    are what is kept of subgraphs', for those who may say that it is no longer true.
    """
    configuration = pipeline.configuration
    path = configuration.supergraph.path
    rest = Starlette()
    metrics = configuration.telemetry.exporters.metrics.prometheus
    add_health(
        rest,
        checks or {},
        health_path=configuration.health_check.path if configuration.health_check.enabled else None,
        metrics_path=metrics.path if metrics.enabled else None,
    )
    invalidation = configuration.response_cache.invalidation
    if responses is not None and invalidation.shared_key:
        endpoint = Invalidation(responses, invalidation.shared_key)
        rest.add_route(invalidation.path, endpoint.answer, methods=["POST"], include_in_schema=False)
    for place, document in (documents or {}).items():
        rest.add_route(place, _serve(document), include_in_schema=False)
    if not configuration.sandbox.enabled:
        return RouterApp(path, GraphQLEndpoint(pipeline, None), rest)
    if configuration.homepage.enabled:

        async def home(_: Request) -> Response:
            return RedirectResponse(path)

        rest.add_route("/", home, include_in_schema=False)
    # The page may be built, or built anew, while the router runs.
    rest.mount("/assets", StaticFiles(directory=web_dist / "assets", check_dir=False), name="assets")
    config = {"graphqlUrl": path, "realtimeUrl": realtime_url or ""}
    return RouterApp(path, GraphQLEndpoint(pipeline, lambda: load_page(web_dist, config)), rest)


def _serve(document: Mapping[str, Any]) -> Any:
    async def answer(_: Request) -> Response:
        return JSONResponse(dict(document), headers={"cache-control": "public, max-age=300"})

    return answer
