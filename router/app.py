"""The router's ASGI application."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from router.server.rest import RestEndpoint

GRAPHQL_PATH = "/graphql"
DEFAULT_WEB_DIST = Path("web/dist")


class RouterApp:
    """GraphQL and REST go straight to their endpoints, everything else through Starlette. See kit.http_protocol.Direct
    for the shortest way.
    """

    def __init__(
        self, path: str, endpoint: GraphQLEndpoint, rest: RestEndpoint | None, others: Starlette
    ) -> None:
        self.direct_path = path.encode("ascii")
        self.max_body_bytes = endpoint.max_body_bytes
        self.answer = endpoint.answer
        self._path = path
        self._endpoint = endpoint
        self._rest = rest
        self._others = others

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == self._path:
            await self._endpoint(scope, receive, send)
        elif self._rest is not None and scope["type"] == "http" and self._rest.covers(scope["path"]):
            await self._rest(scope, receive, send)
        else:
            await self._others(scope, receive, send)

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
    rest_map: Path | None = None,
) -> RouterApp:
    """``documents`` are JSON documents served as they are, by path, such as ``/.well-known/jwks.json``; ``responses``
    are what is kept of subgraphs', for those who may say that it is no longer true. ``rest_map`` is a rest.yaml.
    Raises RestFileError.
    """
    configuration = pipeline.configuration
    path = configuration.supergraph.path
    rest = None if rest_map is None else _open_rest(pipeline, rest_map)
    others = Starlette()
    metrics = configuration.telemetry.exporters.metrics.prometheus
    add_health(
        others,
        checks or {},
        health_path=configuration.health_check.path if configuration.health_check.enabled else None,
        metrics_path=metrics.path if metrics.enabled else None,
    )
    invalidation = configuration.response_cache.invalidation
    if responses is not None and invalidation.shared_key:
        endpoint = Invalidation(responses, invalidation.shared_key)
        others.add_route(invalidation.path, endpoint.answer, methods=["POST"], include_in_schema=False)
    for place, document in (documents or {}).items():
        others.add_route(place, _serve(document), include_in_schema=False)
    if not configuration.sandbox.enabled:
        return RouterApp(path, GraphQLEndpoint(pipeline, None), rest, others)
    if configuration.homepage.enabled:

        async def home(_: Request) -> Response:
            return RedirectResponse(path)

        others.add_route("/", home, include_in_schema=False)
    # The page may be built, or built anew, while the router runs.
    others.mount("/assets", StaticFiles(directory=web_dist / "assets", check_dir=False), name="assets")
    config = {"graphqlUrl": path, "realtimeUrl": realtime_url or ""}
    return RouterApp(path, GraphQLEndpoint(pipeline, lambda: load_page(web_dist, config)), rest, others)


def _open_rest(pipeline: Pipeline, rest_map: Path) -> RestEndpoint:
    # A router without a map starts without what REST needs.
    from router.rest import RestApi, load_rest_map
    from router.server.rest import RestEndpoint

    return RestEndpoint(pipeline, lambda supergraph: RestApi(load_rest_map(rest_map, supergraph)))


def _serve(document: Mapping[str, Any]) -> Any:
    async def answer(_: Request) -> Response:
        return JSONResponse(dict(document), headers={"cache-control": "public, max-age=300"})

    return answer
