"""The two operations: a For You page by viewers who come back, likes and unlikes by viewers of videos."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from benchmarks.load import Request, open_client
from clipgraph.demo.documents import FOR_YOU, LIKE
from contracts import ids
from contracts.ids import new_id
from subgraphs.auth.models import Account, Session
from subgraphs.auth.tokens import SigningKey

PAGE = 20
RETURNING = 100
"""Viewers who ask for pages; each has a snapshot after their first."""
_LIKING = 300
"""Viewers who like for one contender, each a video of their own; together they may do 150,000 likes an hour."""
_UNLIKE = (
    LIKE.replace("mutation Like", "mutation Unlike")
    .replace("likeVideo", "unlikeVideo")
    .replace("LikeVideoInput", "UnlikeVideoInput")
)

Person: TypeAlias = tuple[UUID, str]
"""Id and handle."""


class Viewers:
    """Signed-in people."""

    def __init__(self, key: SigningKey, people: Sequence[Person], video_ids: Sequence[UUID]) -> None:
        self._key = key
        self._people = people
        self._video_ids = video_ids

    def pages(self) -> list[Request]:
        """The first page of each returning viewer's For You."""
        return [page_request(self._key, *person) for person in self._people[:RETURNING]]

    def parts(self, document: str) -> list[Request]:
        """As ``pages``, with another selection."""
        return [replace(page, body=_page_body(document), expects=b'"data":{') for page in self.pages()]

    def likes(self, contender: int) -> list[tuple[Request, Request]]:
        """A like and its unlike for each viewer; no two contenders have a viewer or a video in common."""
        first = RETURNING + contender * _LIKING
        people, own = self._people[first : first + _LIKING], self._video_ids[first : first + _LIKING]
        return [
            (self._reaction(person, LIKE, video_id), self._reaction(person, _UNLIKE, video_id))
            for person, video_id in zip(people, own, strict=True)
        ]

    def _reaction(self, person: Person, document: str, video_id: UUID) -> Request:
        variables = {"input": {"videoId": ids.encode_id(ids.VIDEO, video_id)}}
        body = orjson.dumps({"query": document, "variables": variables})
        return Request(body, _headers(self._key, *person), b'"userErrors":[]')


def page_request(key: SigningKey, user_id: UUID, handle: str) -> Request:
    """The first page of somebody's For You; there is a second."""
    return Request(_page_body(FOR_YOU), _headers(key, user_id, handle), b'"hasNextPage":true')


def _page_body(document: str) -> bytes:
    return orjson.dumps({"query": document, "variables": {"first": PAGE}})


def _headers(key: SigningKey, user_id: UUID, handle: str) -> dict[str, str]:
    account = Account(user_id, f"{handle}@example.com", handle, handle.title(), "", ("user",))
    token, _ = key.sign_access_token(account, Session(new_id(), user_id), now=datetime.now(UTC))
    return {"authorization": f"Bearer {token}"}


def in_order(likes: Sequence[tuple[Request, Request]]) -> list[Request]:
    """All likes, then all unlikes: no unlike is under way together with its like."""
    return [like for like, _ in likes] + [unlike for _, unlike in likes]


async def check_equal(urls: Sequence[str], requests: Sequence[Request]) -> None:
    """Sends all requests to one endpoint after the other. Raises SystemExit where answers differ: a comparison would say
    nothing.
    """
    expected = [await _ask(urls[0], request) for request in requests]
    for url in urls[1:]:
        for request, mine in zip(requests, expected, strict=True):
            theirs = await _ask(url, request)
            if mine != theirs:
                raise SystemExit(f"{url} differs from {urls[0]}:\n{_first_difference(mine, theirs)}")


async def _ask(url: str, request: Request) -> Any:
    async with open_client(url, 1) as client:
        answer = await client.send(request)
    if request.expects not in answer.body:
        raise SystemExit(f"{url}: {answer.status} {answer.body[:500]!r}")
    return orjson.loads(answer.body)


def _first_difference(*answers: Any) -> str:
    lines = [orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode().splitlines() for answer in answers]
    for mine, theirs in itertools.zip_longest(*lines):
        if mine != theirs:
            return f"{mine}\n{theirs}"
    return lines[0][0]
