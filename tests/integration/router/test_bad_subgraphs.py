"""A subgraph that misbehaves costs the fields it owns and nothing else, whatever it puts on the wire."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.router_process import RouterProcess, router_process
from tests.support.wire import Behaviour, Wire, answers, message, puts, wired

_FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
SCHEMAS = {
    "catalog": """
      type Query { books: [Book!]! }
      type Book @key(fields: "id") { id: ID! title: String! }
    """,
    "stock": """
      type Query { shelves: [Shelf] thing: Thing }
      type Shelf { name: String rows: [[Int]] }
      interface Thing { name: String }
      type Cup implements Thing { name: String size: Int }
      type Pot implements Thing { name: String }
      type Book @key(fields: "id") { id: ID! inStock: Int shelf: Shelf }
    """,
    "gone": """
      type Query { reviews: [String!] }
      type Book @key(fields: "id") { id: ID! rating: Int }
    """,
}
BOOKS = {"data": {"books": [{"id": "1", "title": "One"}, {"id": "2", "title": "Two"}]}}
ENTITIES = {"data": {"_entities": [{"inStock": 1}, {"inStock": 2}]}}
SHELVES = {"data": {"shelves": [{"name": "A"}]}}

ROOT = "{ books { title } shelves { name } }"
ENTITY = "{ books { title inStock } }"
TITLES = [{"title": "One"}, {"title": "Two"}]
NOT_IN_STOCK = [{**book, "inStock": None} for book in TITLES]
UNAVAILABLE = "SUBGRAPH_UNAVAILABLE"
MALFORMED = "SUBGRAPH_MALFORMED_RESPONSE"


@dataclass(frozen=True, slots=True)
class World:
    router: RouterProcess
    stock: Wire
    client: aiohttp.ClientSession
    urls: tuple[str, ...]

    async def ask(self, query: str) -> Any:
        """The answer, after what holds for every answer."""
        async with self.client.post(f"{self.router.url}/graphql", json={"query": query}) as response:
            text = await response.text()
            assert response.status == 200, text
        assert not any(url in text for url in self.urls)
        return json.loads(text)

    async def ask_when(self, behaviour: Behaviour, query: str) -> Any:
        """The answer while the subgraph misbehaves; afterwards the router asks it as if nothing had happened."""
        self.stock.behaviour = behaviour
        try:
            answer = await self.ask(query)
        finally:
            self.stock.behaviour = behaves
        assert await self.ask(ENTITY) == {
            "data": {"books": [{"title": "One", "inStock": 1}, {"title": "Two", "inStock": 2}]}
        }
        return answer


async def behaves(writer: asyncio.StreamWriter, request: Mapping[str, Any]) -> None:
    answer = ENTITIES if "_entities" in request["query"] else SHELVES
    await answers(answer)(writer, request)


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One router process for the whole file; nobody listens where ``gone`` should be."""
    folder = tmp_path_factory.mktemp("graph")
    async with wired(answers(BOOKS)) as catalog, wired(behaves) as stock:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            gone = f"http://127.0.0.1:{unused.getsockname()[1]}/graphql"
            urls = {"catalog": catalog.url, "stock": stock.url, "gone": gone}
            config = _write_config(folder, urls)
            async with (
                router_process("--config", str(config), "--subgraph-timeout", "1") as router,
                aiohttp.ClientSession() as client,
            ):
                places = tuple(url.removeprefix("http://").removesuffix("/graphql") for url in urls.values())
                yield World(router, stock, client, places)


def _write_config(folder: Path, urls: Mapping[str, str]) -> Path:
    lines = ["subgraphs:"]
    for name, sdl in SCHEMAS.items():
        (folder / f"{name}.graphql").write_text(_FEDERATION + sdl)
        lines.append(f"  {name}: {{routing_url: '{urls[name]}', schema: {{file: {name}.graphql}}}}")
    config = folder / "supergraph.yaml"
    config.write_text("\n".join(lines))
    return config


def _codes(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


# What never was a GraphQL response.

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
    assert _codes(answer) == [UNAVAILABLE, UNAVAILABLE]


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
    assert _codes(answer) == [UNAVAILABLE]
    assert world.router.peak_memory_bytes - before < 150_000_000


# GraphQL responses with something wrong inside.

WRONG_DATA: dict[str, tuple[Any, Any, list[tuple[list[Any], str]]]] = {
    "data is a number": (5, None, [(["shelves"], MALFORMED)]),
    "data is null": (None, None, [(["shelves"], MALFORMED)]),
    "data is a list": ([SHELVES["data"]], None, [(["shelves"], MALFORMED)]),
    "a text": ({"shelves": "A"}, None, [(["shelves"], MALFORMED)]),
    "an object for a list": ({"shelves": {"name": "A"}}, None, [(["shelves"], MALFORMED)]),
    "lists for objects": ({"shelves": [[{"name": "A"}]]}, [None], [(["shelves", 0], MALFORMED)]),
    "scalars for objects": (
        {"shelves": ["A", {"name": "B"}, None, 5]},
        [None, {"name": "B"}, None, None],
        [(["shelves", 0], MALFORMED), (["shelves", 3], MALFORMED)],
    ),
    "an object for a scalar": (
        {"shelves": [{"name": {"text": "A"}}, {"name": "B"}]},
        [{"name": None}, {"name": "B"}],
        [(["shelves", 0, "name"], MALFORMED)],
    ),
    "a list for a scalar": (
        {"shelves": [{"name": ["A"]}]},
        [{"name": None}],
        [(["shelves", 0, "name"], MALFORMED)],
    ),
    "a number for a text": (
        {"shelves": [{"name": 5}]},
        [{"name": None}],
        [(["shelves", 0, "name"], MALFORMED)],
    ),
    "what nobody asked for": ({"shelves": [{"name": "A", "x": 1}], "y": 2}, [{"name": "A"}], []),
}


@pytest.mark.parametrize(("data", "shown", "errors"), WRONG_DATA.values(), ids=WRONG_DATA.keys())
async def test_wrong_types_cost_what_holds_them(
    world: World, data: Any, shown: Any, errors: list[tuple[list[Any], str]]
) -> None:
    answer = await world.ask_when(answers({"data": data}), ROOT)
    assert answer["data"] == {"books": TITLES, "shelves": shown}
    found = [(error["path"], error["extensions"]["code"]) for error in answer.get("errors", [])]
    assert found == errors


THINGS: dict[str, tuple[Any, Any]] = {
    "of its type": ({"__typename": "Cup", "name": "x", "size": 1}, {"name": "x", "size": 1}),
    "of another type": ({"__typename": "Pot", "name": "x", "size": 1}, {"name": "x"}),
    "of no type": ({"name": "x", "size": 1}, None),
    "of an unknown type": ({"__typename": "Nobody", "name": "x"}, None),
    "of a type that does not belong": ({"__typename": "Book", "name": "x"}, None),
    "of a number": ({"__typename": 5, "name": "x"}, None),
    "of a list": ({"__typename": ["Cup"], "name": "x"}, None),
}


@pytest.mark.parametrize(("thing", "shown"), THINGS.values(), ids=THINGS.keys())
async def test_a_wrong_type_name_costs_its_object(world: World, thing: Any, shown: Any) -> None:
    query = "{ books { title } thing { name ... on Cup { size } } }"
    answer = await world.ask_when(answers({"data": {"thing": thing}}), query)
    assert answer["data"] == {"books": TITLES, "thing": shown}
    assert [error["path"] for error in answer.get("errors", [])] == ([] if shown else [["thing"]])


ENTITY_ANSWERS: dict[str, tuple[Any, list[Any]]] = {
    "too short": ([{"inStock": 1}], [None, None]),
    "too long": ([{"inStock": 1}, {"inStock": 2}, {"inStock": 3}], [None, None]),
    "empty": ([], [None, None]),
    "null": (None, [None, None]),
    "an object": ({"inStock": 1}, [None, None]),
    "scalars": (["a", 5], [None, None]),
    "lists": ([[{"inStock": 1}], [{"inStock": 2}]], [None, None]),
    "one of them null": ([None, {"inStock": 2}], [None, 2]),
    "of wrong types": ([{"inStock": "many"}, {"inStock": 2}], [None, 2]),
    "out of range": ([{"inStock": 2**40}, {"inStock": 1.5}], [None, None]),
    "with more than was asked for": ([{"inStock": 1, "title": "Mine", "id": "7"}, {"inStock": 2}], [1, 2]),
    "with other type names": (
        [{"inStock": 1, "__typename": "Shelf"}, {"inStock": 2, "__typename": 5}],
        [1, 2],
    ),
}


@pytest.mark.parametrize(("entities", "in_stock"), ENTITY_ANSWERS.values(), ids=ENTITY_ANSWERS.keys())
async def test_wrong_entities_cost_their_fields(world: World, entities: Any, in_stock: list[Any]) -> None:
    query = "{ books { __typename title inStock } }"
    answer = await world.ask_when(answers({"data": {"_entities": entities}}), query)
    assert answer["data"] == {
        "books": [
            {"__typename": "Book", **book, "inStock": number}
            for book, number in zip(TITLES, in_stock, strict=True)
        ]
    }


REPORTED = "The subgraph reported an error."
ODD_ERRORS: dict[str, tuple[Any, list[str]]] = {
    "a text": ("boom", ["boom"]),
    "an object": ({"message": "boom"}, ["boom"]),
    "a number": (5, [REPORTED]),
    "of odd things": ([None, 5, "boom", [], {}], [REPORTED, REPORTED, "boom", REPORTED, REPORTED]),
    "without texts": ([{"message": 5}, {"message": {"a": 1}}, {"message": ""}], [REPORTED] * 3),
    "with odd extensions": ([{"message": "boom", "extensions": [1], "locations": 7}], ["boom"]),
}


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": 5}, SHELVES], ids=["", "null", "5", "data"])
@pytest.mark.parametrize(("errors", "messages"), ODD_ERRORS.values(), ids=ODD_ERRORS.keys())
async def test_odd_errors_are_told_and_cost_nothing(
    world: World, data: dict[str, Any], errors: Any, messages: list[str]
) -> None:
    answer = await world.ask_when(answers({**data, "errors": errors}), ROOT)
    shelves = data["data"]["shelves"] if data is SHELVES else None
    assert answer["data"] == {"books": TITLES, "shelves": shelves}
    told = [{"code": "DOWNSTREAM_SERVICE_ERROR", "service": "stock"}] * len(messages)
    assert [error["message"] for error in answer["errors"]] == messages
    assert [error["extensions"] for error in answer["errors"]] == told


@pytest.mark.parametrize(
    "path",
    [5, {}, [None], [{}], [["shelves"]], [1.5], [True], ["shelves", {"a": 1}], ["shelves", 10**30]],
    ids=json.dumps,
)
async def test_an_odd_path_is_none(world: World, path: Any) -> None:
    errors = [{"message": "boom", "path": path}]
    answer = await world.ask_when(answers({**SHELVES, "errors": errors}), ROOT)
    assert answer["data"] == {"books": TITLES, **SHELVES["data"]}
    assert answer["errors"] == [
        {"message": "boom", "extensions": {"code": "DOWNSTREAM_SERVICE_ERROR", "service": "stock"}}
    ]


@pytest.mark.parametrize(
    "path", [["_entities", 99, "inStock"], ["_entities", -1], ["_entities"], ["_entities", "0"], ["x"], []]
)
async def test_an_error_of_no_entity_is_told(world: World, path: list[Any]) -> None:
    body = {**ENTITIES, "errors": [{"message": "boom", "path": path}]}
    answer = await world.ask_when(answers(body), ENTITY)
    assert answer["data"]["books"] == [{**book, "inStock": number} for number, book in enumerate(TITLES, 1)]
    assert [error["message"] for error in answer["errors"]] == ["boom"]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500, 503])
async def test_a_graphql_response_counts_with_any_status(world: World, status: int) -> None:
    body = {**SHELVES, "errors": [{"message": "boom", "extensions": {"code": "BUSY"}}]}
    answer = await world.ask_when(answers(body, status), ROOT)
    assert answer["data"] == {"books": TITLES, **SHELVES["data"]}
    assert answer["errors"] == [{"message": "boom", "extensions": {"code": "BUSY", "service": "stock"}}]


async def test_nesting_as_deep_as_json_may_be_costs_its_field(world: World) -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    query = "{ books { title } shelves { tag: name name: rows } }"
    answer = await world.ask_when(answers({"data": {"shelves": deep}}), query)
    assert answer["data"] == {"books": TITLES, "shelves": [None]}
