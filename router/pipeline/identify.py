"""Who is asking, when nothing has to be verified; and what every way to find out is."""

from __future__ import annotations

from typing import Protocol

from router.pipeline.messages import Client, HttpRequest


class Identifier(Protocol):
    """Finds out who sent a request."""

    async def identify(self, request: HttpRequest) -> Client:
        """Raises InvalidTokenError for a token that can't be trusted; none at all is an anonymous client."""


class Anyone:
    """In front of foreign subgraphs that verify tokens themselves: everyone is anonymous, and the client's
    ``authorization`` is passed on.
    """

    async def identify(self, request: HttpRequest) -> Client:
        """See Identifier. Clients with different tokens are told apart all the same."""
        authorization = request.headers.get("authorization")
        headers = {} if authorization is None else {"authorization": authorization}
        return Client(key=f"ip:{request.client_ip}", headers=headers)
