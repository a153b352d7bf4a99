"""``/api/v1`` as an ASGI application: each request becomes an operation that passes the same pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from kit.telemetry import get_logger
from router.pipeline.handle import Pipeline
from router.pipeline.messages import HttpRequest, HttpResponse, RefusedError
from router.rest import ProblemError, RestApi, RestFileError, RestRequest, handle
from router.server.asgi import GoneError, read_body, read_head, send_response

_log = get_logger("router.rest")
_PASSED_ON = ("ratelimit", "ratelimit-policy", "retry-after")


class RestEndpoint:
    """``make`` builds the API for a supergraph: once now, and again when another one goes live."""

    def __init__(self, pipeline: Pipeline, make: Callable[[Any], RestApi]) -> None:
        self._pipeline = pipeline
        self._make = make
        self._supergraph = pipeline.engine.supergraph
        self._api = make(self._supergraph)
        self._trust()

    def covers(self, path: str) -> bool:
        return self._api.covers(path)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        head = read_head(scope)
        preflight = self._pipeline.cors.preflight(head)
        if preflight is not None:
            await send_response(send, preflight)
            return
        try:
            body = await read_body(receive, self._pipeline.max_body_bytes)
        except GoneError:
            return
        except RefusedError as refusal:
            problem = ProblemError(refusal.status, refusal.code, str(refusal))
            answer = problem.response(is_head=head.method == "HEAD")
        else:
            answer, told = await self._answer(scope, head, body)
            answer = replace(answer, headers={**answer.headers, **told})
        response = HttpResponse(answer.status, answer.body, answer.headers)
        await send_response(send, self._pipeline.cors.decorate(head, response))

    async def _answer(self, scope: Any, head: HttpRequest, body: bytes) -> tuple[Any, Mapping[str, str]]:
        told: dict[str, str] = {}

        async def execute(query: str, variables: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
            asked = replace(
                head,
                method="POST",
                headers={**headers, "content-type": "application/json"},
                query={},
                body=orjson.dumps({"query": query, "variables": variables}),
            )
            response = await self._pipeline.handle(asked)
            told.update((name, response.headers[name]) for name in _PASSED_ON if name in response.headers)
            return orjson.loads(response.body)

        request = RestRequest(
            head.method,
            scope["raw_path"].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            head.headers,
            body,
        )
        return await handle(self._current(), request, execute), told

    def _current(self) -> RestApi:
        """One that was made for a supergraph that is gone serves on when it can't be made anew."""
        supergraph = self._pipeline.engine.supergraph
        if supergraph is not self._supergraph:
            self._supergraph = supergraph
            try:
                self._api = self._make(supergraph)
            except RestFileError as error:
                _log.error("rest_map_refused", reason=str(error))
            else:
                self._trust()
        return self._api

    def _trust(self) -> None:
        """Its documents are ours, whatever clients may send."""
        self._pipeline.documents.trust(self._api.documents)
