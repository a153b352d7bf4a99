"""The façade without any I/O: requests become GraphQL, GraphQL responses become answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import orjson

from router.rest.load import RestMap
from router.rest.messages import Asked, Call, RestResponse
from router.rest.negotiate import JSON, check_accept, check_content
from router.rest.openapi import openapi_document
from router.rest.path_template import PathTree
from router.rest.problems import ProblemError
from router.rest.read_variables import Given, read_body, read_variables
from router.rest.respond import respond
from router.rest.route import Route

_PARAMETERS_MAX = 100


class RestApi:
    """Belongs to one supergraph, that of its map. Any number of requests may use it at a time."""

    def __init__(self, rest: RestMap) -> None:
        self.rest = rest
        self.openapi_path = f"{rest.file.base}/openapi.json"
        self._documents = frozenset(route.document.text for route in rest.routes)
        self._tree = PathTree((route.path, route.method, route) for route in rest.routes)

    @property
    def documents(self) -> frozenset[str]:
        """Every operation that it may ask for."""
        return self._documents

    def covers(self, path: str) -> bool:
        """Whether requests to the path are the façade's to answer."""
        base = self.rest.file.base
        return path == base or path.startswith(f"{base}/")

    @cached_property
    def openapi(self) -> Mapping[str, Any]:
        """The OpenAPI 3.1 document of all routes."""
        return openapi_document(self.rest)

    def match(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Call | RestResponse:
        """What to execute for a request, or its answer where nothing is to be executed. ``path`` and ``query`` are
        percent-encoded as they came, header names in lower case.
        """
        try:
            if path == self.openapi_path:
                return self._tell(method, headers)
            return self._match(method, path, query, headers, body)
        except ProblemError as problem:
            return problem.response(is_head=method == "HEAD")

    def answer(self, call: Call, response: Mapping[str, Any]) -> RestResponse:
        """The answer to a request, out of the GraphQL response to its call."""
        return respond(call, response)

    def _match(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Call | RestResponse:
        """Raises ProblemError."""
        methods, values = self._find(path)
        if method == "OPTIONS":
            return RestResponse(204, {"allow": _allow(methods)}, b"")
        route = methods.get("GET" if method == "HEAD" else method)
        if route is None:
            raise _not_allowed(methods)
        check_accept(headers)
        if body:
            check_content(method, headers)
        pairs = _read_query(query)
        parameters = dict(zip(route.path.parameters, values, strict=True))
        given = Given(parameters, pairs, headers, read_body(body))
        return Call(
            document=route.document.text,
            operation_name=route.document.name,
            variables=read_variables(route.bindings, given),
            route=route,
            asked=Asked(
                path=path,
                query=pairs,
                is_head=method == "HEAD",
                is_anonymous="authorization" not in headers,
                if_none_match=headers.get("if-none-match"),
            ),
        )

    def _find(self, path: str) -> tuple[Mapping[str, Route], tuple[str, ...]]:
        """Raises ProblemError: 400 or 404."""
        try:
            found = self._tree.find(path)
        except ValueError as error:
            raise ProblemError(400, "BAD_REQUEST", "The path is no UTF-8.") from error
        if found is None:
            raise ProblemError(404, "NOT_FOUND", f"There is nothing here; {self.openapi_path} has all paths.")
        return found

    def _tell(self, method: str, headers: Mapping[str, str]) -> RestResponse:
        """The OpenAPI document. Raises ProblemError."""
        if method not in {"GET", "HEAD"}:
            raise ProblemError(
                405, "METHOD_NOT_ALLOWED", "Use GET, HEAD here.", headers={"allow": "GET, HEAD"}
            )
        check_accept(headers)
        body = self._openapi_bytes
        shown = {
            "content-type": JSON,
            "content-length": str(len(body)),
            "cache-control": "public, max-age=300",
        }
        return RestResponse(200, shown, b"" if method == "HEAD" else body)

    @cached_property
    def _openapi_bytes(self) -> bytes:
        return orjson.dumps(self.openapi)


def _allow(methods: Mapping[str, Route]) -> str:
    return ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])


def _not_allowed(methods: Mapping[str, Route]) -> ProblemError:
    allow = _allow(methods)
    return ProblemError(405, "METHOD_NOT_ALLOWED", f"Use {allow} here.", headers={"allow": allow})


def _read_query(query: str) -> list[tuple[str, str]]:
    """Raises ProblemError: 400."""
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS_MAX)
    except ValueError as error:
        raise ProblemError(400, "BAD_REQUEST", "The query string can't be read.") from error
