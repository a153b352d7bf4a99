"""A subgraph behind HTTP: one keep-alive pool per subgraph, JSON by orjson."""

from __future__ import annotations

import ssl
from typing import Any

import orjson

from contracts.subgraph import DEADLINE_HEADER, SubgraphRequest, SubgraphUnavailableError
from router.transports.base import CACHE_CONTROL
from router.transports.http1 import (
    Answer,
    Http1Error,
    HttpFigures,
    Pool,
    RequestWriter,
    parse_target,
)
from router.transports.kinds import is_query
from router.transports.read_response import NoResponseError, read_response

__all__ = ["HttpFigures", "HttpTransport"]


class HttpTransport:
    """POSTs to one URL, in a form that ``http1.target`` knows. Anything but a GraphQL response is an outage of that
    subgraph. ``tls`` is for ``https``; without it the system's authorities count.
    """

    def __init__(
        self, name: str, url: str, figures: HttpFigures | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        """Raises TargetError, a ValueError, for a URL that no request can be sent to."""
        self._name = name
        self._target = parse_target(url)
        self._writer = RequestWriter(self._target)
        self._figures = figures or HttpFigures()
        self._tls = tls
        self._pool: Pool | None = None

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """See Transport. Whatever goes wrong on the wire costs the fields of this subgraph and no more."""
        try:
            timeout_s = self._figures.timeout_s
            if request.timeout_s is not None:
                timeout_s = min(timeout_s, request.timeout_s)
            headers = {**request.headers, DEADLINE_HEADER: str(max(1, int(timeout_s * 1000)))}
            message = self._writer.write(headers, orjson.dumps(_payload(request)))
            answer = await self._open().exchange(message, may_resend=is_query(request), timeout_s=timeout_s)
        except TimeoutError as error:
            raise SubgraphUnavailableError(self._name, "timed out") from error
        except Http1Error as error:
            raise SubgraphUnavailableError(self._name, str(error)) from error
        except Exception as error:
            raise SubgraphUnavailableError(self._name, type(error).__name__) from error
        return self._read(answer)

    async def close(self) -> None:
        """Closes the pool."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _open(self) -> Pool:
        """Made on first use, because a pool belongs to the running loop."""
        if self._pool is None:
            self._pool = Pool(self._target, self._figures, self._tls)
        return self._pool

    def _read(self, answer: Answer) -> dict[str, Any]:
        try:
            response = read_response(answer.body)
        except NoResponseError as error:
            reason = f"HTTP {answer.status} {error}"
            raise SubgraphUnavailableError(self._name, reason, is_busy=answer.status == 503) from error
        if answer.cache_control and 200 <= answer.status < 300:
            policy = (answer.cache_control.decode("latin-1"), answer.vary.decode("latin-1"))
            response[CACHE_CONTROL] = policy
        return response


def _payload(request: SubgraphRequest) -> dict[str, Any]:
    payload: dict[str, Any] = {"query": request.query}
    if request.variables:
        payload["variables"] = request.variables
    if request.operation_name:
        payload["operationName"] = request.operation_name
    if request.extensions:
        payload["extensions"] = request.extensions
    return payload
