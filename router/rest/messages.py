"""What goes in and out of the façade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from router.rest.route import Route


@dataclass(frozen=True, slots=True)
class RestRequest:
    """``path`` and ``query`` as they came, percent-encoded; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class RestResponse:
    """``content-length`` is among the headers wherever HTTP wants one; the answer to a HEAD has it and no body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer needs to know of its request."""

    path: str
    query: Sequence[tuple[str, str]]
    is_head: bool
    is_anonymous: bool
    if_none_match: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """A request in GraphQL. ``variables`` are of the types that the operation wants."""

    document: str
    operation_name: str
    variables: Mapping[str, Any]
    route: Route
    asked: Asked


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One of several errors. ``place`` says where in the request, as ``pointer`` or ``parameter``, or where in the
    body, as ``path``.
    """

    code: str
    detail: str
    place: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, Any]:
        return {"code": self.code, "detail": self.detail, **self.place}


class Execute(Protocol):
    """Runs a GraphQL operation through everything that a GraphQL request passes."""

    async def __call__(
        self, query: str, variables: dict[str, Any], headers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """The response; a refusal is one with ``errors`` and without ``data``."""
