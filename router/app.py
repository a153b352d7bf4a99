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

GRAPHQL_PATH = "/graphql"
DEFAULT_WEB_DIST = Path("web/dist")


class RouterApp:
    """GraphQL goes straight to its endpoint; everything else through Starlette."""

    def __init__(self, endpoint: GraphQLEndpoint, rest: Starlette) -> None:
        self._endpoint = endpoint
        self._rest = rest

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == GRAPHQL_PATH:
            await self._endpoint(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def create_app(
    pipeline: Pipeline,
    *,
    checks: Mapping[str, Check] | None = None,
    realtime_url: str | None = None,
    web_dist: Path = DEFAULT_WEB_DIST,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
) -> RouterApp:
    """``documents`` are JSON documents served as they are, by path, such as ``/.well-known/jwks.json``."""
    rest = Starlette()
    add_health(rest, checks or {})

    async def home(_: Request) -> Response:
        return RedirectResponse(GRAPHQL_PATH)

    rest.add_route("/", home, include_in_schema=False)
    for path, document in (documents or {}).items():
        rest.add_route(path, _serve(document), include_in_schema=False)
    # The page may be built, or built anew, while the router runs.
    rest.mount("/assets", StaticFiles(directory=web_dist / "assets", check_dir=False), name="assets")
    config = {"graphqlUrl": GRAPHQL_PATH, "realtimeUrl": realtime_url or ""}
    return RouterApp(GraphQLEndpoint(pipeline, lambda: load_page(web_dist, config)), rest)


def _serve(document: Mapping[str, Any]) -> Any:
    async def answer(_: Request) -> Response:
        return JSONResponse(dict(document), headers={"cache-control": "public, max-age=300"})

    return answer
