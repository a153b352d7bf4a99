"""A subgraph that says that it has too much to do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.support.bad_world import ROOT, TITLES, World, behaves
from tests.support.wire import Behaviour, answers

_ONLY = "{ shelves { name } }"
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 9\r\ncontent-length: 4\r\n\r\nbusy"
_SHED = {"data": {"shelves": None}, "errors": [{"message": "Later.", "extensions": {"code": "OVERLOADED"}}]}


async def _busy(writer: asyncio.StreamWriter, _: Mapping[str, Any]) -> None:
    writer.write(_BUSY)


async def _ask(world: World, behaviour: Behaviour, query: str) -> tuple[int, str | None, Any]:
    world.stock.behaviour = behaviour
    try:
        async with world.client.post(f"{world.router.url}/graphql", json={"query": query}) as response:
            return response.status, response.headers.get("retry-after"), await response.json()
    finally:
        world.stock.behaviour = behaves


async def test_nothing_but_what_is_busy_is_503(world: World) -> None:
    for behaviour in (_busy, answers(_SHED), answers(_SHED, 503)):
        status, retry_after, answer = await _ask(world, behaviour, _ONLY)
        assert (status, retry_after) == (503, "1")
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["OVERLOADED"]


async def test_what_others_gave_is_kept(world: World) -> None:
    for behaviour in (_busy, answers(_SHED), answers(_SHED, 503)):
        status, retry_after, answer = await _ask(world, behaviour, ROOT)
        assert (status, retry_after) == (200, None)
        assert answer["data"] == {"books": TITLES, "shelves": None}
        [error] = answer["errors"]
        assert error["extensions"] == {"code": "OVERLOADED", "service": "stock"}


async def test_it_is_asked_again_when_the_client_asks_again(world: World) -> None:
    assert (await _ask(world, _busy, _ONLY))[0] == 503
    assert await _ask(world, behaves, _ONLY) == (200, None, {"data": {"shelves": [{"name": "A"}]}})
