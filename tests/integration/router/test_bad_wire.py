"""A subgraph that is down, slow or answers no GraphQL costs the fields it owns and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.bad_world import ENTITIES, ENTITY, NOT_IN_STOCK, ROOT, TITLES, UNAVAILABLE, World
from tests.support.wire import Behaviour, answers, message, puts

HTML = b"<html><body><h1>502 Bad Gateway</h1>nginx at 10.0.0.7</body></html>"
JSON = json.dumps(ENTITIES).encode()


async def never_answers(writer: asyncio.StreamWriter, _: Mapping[str, Any]) -> None:
    await asyncio.Event().wait()


def _trickle(data: bytes, *, at_once: int = 0) -> Behaviour:
    """A byte now and then, for longer than the router waits; ``at_once`` bytes come first."""

    async def behave(writer: asyncio.StreamWriter, _: Mapping[str, Any]) -> None:
        writer.write(data[:at_once])
        for position in range(at_once, len(data)):
            writer.write(data[position : position + 1])
            await writer.drain()
            await asyncio.sleep(0.2)

    return behave


async def endless_body(writer: asyncio.StreamWriter, _: Mapping[str, Any]) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" " * 65536)
        await writer.drain()


def _chunked(*chunks: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    return head + b"".join(chunks)


OUTAGES: dict[str, Behaviour] = {
    "never answers": never_answers,
    "slow headers": _trickle(message(JSON)),
    "slow body": _trickle(message(JSON), at_once=80),
    "hangs up": puts(b"", then_closes=True),
    "no HTTP": puts(b"SSH-2.0-OpenSSH_9.6\r\n", then_closes=True),
    "half a head": puts(b"HTTP/1.1 200 OK\r\ncontent-ty", then_closes=True),
    "HTML as a success": puts(message(HTML, 200, content_type="text/html")),
    "HTML of a gateway": puts(message(HTML, 502, content_type="text/html")),
    "HTML that says JSON": puts(message(HTML)),
    "half a body": puts(message(JSON)[:-10], then_closes=True),
    "half a chunk": puts(_chunked(b"ff\r\n", JSON), then_closes=True),
    "no last chunk": puts(_chunked(b"%x\r\n%b\r\n" % (len(JSON), JSON)), then_closes=True),
    "a broken chunk": puts(_chunked(b"zz\r\n", JSON), then_closes=True),
    "two lengths": puts(message(JSON, Content_Length="5"), then_closes=True),
    "no content": puts(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "an empty body": puts(message(b"")),
    "invalid JSON": puts(message(JSON[:-1])),
    "more than JSON": puts(message(JSON + b"}")),
    "not UTF-8": puts(message(b'{"data": {"shelves": [{"name": "\xff"}]}}')),
    "half a surrogate": puts(message(rb'{"data": {"shelves": [{"name": "\ud800"}]}}')),
    "no number": puts(message(b'{"data": {"shelves": NaN}}')),
    "deep JSON": puts(message(b"[" * 100_000 + b"]" * 100_000)),
    "a JSON array": answers([ENTITIES]),
    "a JSON text": answers("data"),
    "JSON null": answers(None),
    "an empty object": answers({}),
    "no data, no errors": answers({"errors": [], "extensions": {}}),
    "another object": answers({"message": "Not Found", "status": 404}, 404),
    "a redirect to itself": puts(message(b"", 307, location="/graphql")),
    "a redirect to a script": puts(message(b"", 302, location="javascript:alert(1)")),
    "a long header": puts(message(JSON, x_long="x" * 100_000)),
    "many headers": puts(message(JSON, 200, **{f"x_{number}": "x" * 1000 for number in range(200)})),
    "not gzip": puts(message(JSON, content_encoding="gzip")),
    "half a gzip": puts(message(gzip.compress(JSON)[:-12], content_encoding="gzip")),
    "an unknown encoding": puts(message(JSON[::-1], content_encoding="br")),
    "an endless body": endless_body,
}


@pytest.mark.parametrize("behaviour", OUTAGES.values(), ids=OUTAGES.keys())
async def test_no_graphql_response_costs_root_fields(world: World, behaviour: Behaviour) -> None:
    answer = await world.ask_when(behaviour, ROOT)
    assert answer["data"] == {"books": TITLES, "shelves": None}
    assert [(error["path"], error["extensions"]) for error in answer["errors"]] == [
        (["shelves"], {"code": UNAVAILABLE, "service": "stock"})
    ]


@pytest.mark.parametrize("behaviour", OUTAGES.values(), ids=OUTAGES.keys())
async def test_no_graphql_response_costs_fields_of_entities(world: World, behaviour: Behaviour) -> None:
    answer = await world.ask_when(behaviour, ENTITY)
    assert answer["data"] == {"books": NOT_IN_STOCK}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": UNAVAILABLE, "service": "stock"}]


async def test_nobody_listens(world: World) -> None:
    answer = await world.ask("{ books { title inStock rating } reviews }")
    assert answer["data"] == {
        "books": [
            {"title": "One", "inStock": 1, "rating": None},
            {"title": "Two", "inStock": 2, "rating": None},
        ],
        "reviews": None,
    }
    assert [error["extensions"]["code"] for error in answer["errors"]] == [UNAVAILABLE, UNAVAILABLE]


async def test_a_subgraph_is_not_followed_elsewhere(world: World) -> None:
    world.stock.requests.clear()
    elsewhere = puts(message(b"", 308, location=world.stock.url + "/elsewhere"))
    assert (await world.ask_when(elsewhere, ROOT))["data"]["shelves"] is None
    assert len(world.stock.requests) == 2


async def test_a_bomb_does_not_fill_memory(world: World) -> None:
    bomb = gzip.compress(b" " * 400_000_000, 9)
    before = world.router.peak_memory_bytes
    answer = await world.ask_when(puts(message(bomb, content_encoding="gzip")), ROOT)
    assert answer["data"] == {"books": TITLES, "shelves": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == [UNAVAILABLE]
    assert world.router.peak_memory_bytes - before < 150_000_000
