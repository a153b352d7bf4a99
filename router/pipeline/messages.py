"""What the steps hand to each other.

Made for every request, so not frozen: a frozen one costs three times as much. Nobody changes them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class HttpRequest:
    """One request as the server read it. Header names are lower-case; headers sent twice are joined by commas."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    client_ip: str | None


@dataclass(slots=True)
class HttpResponse:
    """What the server is to send: ``body``, or ``stream`` as it comes. A stream is closed when the client goes."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    stream: AsyncGenerator[bytes] | None = None


@dataclass(slots=True)
class GraphQLRequest:
    """The parameters of GraphQL over HTTP. ``query`` is None where ``extensions`` or ``document_id`` name a document
    that the router knows. ``may_write`` is False for GET.
    """

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None
    may_write: bool = True


@dataclass(slots=True)
class Client:
    """Who is asking. ``key`` tells clients apart, for limits and for what is shared between requests.

    ``claims`` are those of a verified token, None without one; ``headers`` tell subgraphs who it is. ``expires_at`` is
    when that ends, in epoch seconds.
    """

    key: str
    claims: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    expires_at: float | None = None

    @property
    def is_authenticated(self) -> bool:
        return self.claims is not None


class RefusedError(Exception):
    """A request that doesn't reach the graph: an HTTP status and one GraphQL error."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.error = {"message": message, "extensions": {"code": code, **(extensions or {})}}


class InvalidTokenError(Exception):
    """The token can't be trusted, or no longer; the message says which and may be shown."""
