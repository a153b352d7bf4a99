"""Two subgraphs that cost next to nothing: answers are put together from parts made at the start, by the variables of
the request. ``python -m benchmarks.router.subgraphs catalog|reviews PORT|SOCKET``.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from typing import Any, cast

import httptools
import orjson
import uvloop

ITEMS = 20
PRODUCTS = 10_000
_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'
SCHEMAS = {
    "catalog": f"""{_LINK}
        type Query {{ products(after: Int!, first: Int!): [Product!]! }}
        type Product @key(fields: "id") {{ id: ID! name: String! price: Int! }}
    """,
    "reviews": f"""{_LINK}
        type Product @key(fields: "id") {{ id: ID! rating: Float reviews: [Review!]! }}
        type Review {{ id: ID! stars: Int! body: String! }}
    """,
}
QUERY = (
    "query Shelf($after: Int!, $first: Int!) {"
    " products(after: $after, first: $first) { id name price rating reviews { id stars body } } }"
)


def product(number: int) -> dict[str, Any]:
    """What the catalog knows."""
    return {"id": str(number), "name": f"Product {number}", "price": number % 100}


def opinion(number: int) -> dict[str, Any]:
    """What the reviews know."""
    reviews = [
        {"id": f"{number}-{place}", "stars": (number + place) % 6, "body": f"Said of {number}: quite so."}
        for place in range(2)
    ]
    return {"rating": number % 10 / 2, "reviews": reviews}


def expected(after: int) -> dict[str, Any]:
    """The right answer to QUERY."""
    return {"products": [{**product(number), **opinion(number)} for number in range(after, after + ITEMS)]}


class _Answers:
    """Bodies by variables. What was not asked for (``__typename``) does no harm."""

    def __init__(self, part: Callable[[int], dict[str, Any]]) -> None:
        self._parts = [
            orjson.dumps({"__typename": "Product", **part(number)}) for number in range(PRODUCTS + ITEMS)
        ]

    def catalog(self, variables: dict[str, Any]) -> bytes:
        after = variables["after"]
        listed = b",".join(self._parts[after : after + variables["first"]])
        return b'{"data":{"products":[%b]}}' % listed

    def reviews(self, variables: dict[str, Any]) -> bytes:
        [representations] = [value for value in variables.values() if isinstance(value, list)]
        listed = b",".join([self._parts[int(each["id"])] for each in representations])
        return b'{"data":{"_entities":[%b]}}' % listed


class _Connection(asyncio.Protocol):
    def __init__(self, answer: Callable[[dict[str, Any]], bytes]) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._body: list[bytes] = []
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        self._body.append(data)

    def on_message_complete(self) -> None:
        request = orjson.loads(b"".join(self._body))
        self._body.clear()
        body = self._answer(request["variables"])
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (len(body), body)
        )


async def _serve(name: str, place: str) -> None:
    answers = _Answers(product if name == "catalog" else opinion)
    loop = asyncio.get_running_loop()
    answer = answers.catalog if name == "catalog" else answers.reviews
    if place.isdigit():
        await loop.create_server(lambda: _Connection(answer), "127.0.0.1", int(place), backlog=1024)
    else:
        await loop.create_unix_server(lambda: _Connection(answer), place, backlog=1024)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], sys.argv[2]))
