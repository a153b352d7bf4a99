"""Responses that are kept, and those that never are."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.subgraph import SubgraphRequest
from router.transports.base import CACHE_CONTROL
from router.transports.cached import CachingTransport, read_ttl
from router.transports.response_store import MemoryResponses

BOOKS = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Book { __typename title } } }"


class Counting:
    """Answers with what ``cache_control`` says; entities by their id."""

    def __init__(self, cache_control: str | None = "public, max-age=10", vary: str = "") -> None:
        self.policy = None if cache_control is None else (cache_control, vary)
        self.extensions: dict[str, Any] = {}
        self.errors: list[dict[str, Any]] = []
        self.asked: list[Any] = []

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        response: dict[str, Any] = {"extensions": self.extensions}
        if request.entities:
            sent = request.variables["r"]
            self.asked.append([each["id"] for each in sent])
            response["data"] = {
                "_entities": [{"__typename": "Book", "title": f"Book {each['id']}"} for each in sent]
            }
        else:
            self.asked.append(request.query)
            response["data"] = {"n": len(self.asked)}
        if self.errors:
            response["errors"] = self.errors
        return response if self.policy is None else {**response, CACHE_CONTROL: self.policy}

    async def close(self) -> None:
        """Nothing to give back."""


def _cached(counting: Counting, store: MemoryResponses | None = None) -> CachingTransport:
    return CachingTransport("books", counting, store or MemoryResponses(100), None)


def _entities(*ids: str) -> SubgraphRequest:
    sent = [{"__typename": "Book", "id": each} for each in ids]
    return SubgraphRequest(BOOKS, {"r": sent}, entities={"r": "_entities"})


async def test_what_is_public_is_asked_once() -> None:
    counting = Counting()
    cached = _cached(counting)
    assert [(await cached.execute(SubgraphRequest("{ n }")))["data"] for _ in range(3)] == [{"n": 1}] * 3
    assert (await cached.execute(SubgraphRequest("{ n }", {"a": 1})))["data"] == {"n": 2}


@pytest.mark.parametrize(
    "counting",
    [
        Counting(None),
        Counting("private, max-age=10"),
        Counting("no-store"),
        Counting("public, max-age=0"),
        Counting("public, no-cache, max-age=10"),
        Counting("public, max-age=10", vary="accept-encoding, Authorization"),
    ],
)
async def test_what_may_differ_by_viewer_is_never_kept(counting: Counting) -> None:
    cached = _cached(counting)
    assert [(await cached.execute(SubgraphRequest("{ n }")))["data"]["n"] for _ in range(2)] == [1, 2]


async def test_mutations_and_errors_are_never_kept() -> None:
    counting = Counting()
    cached = _cached(counting)
    assert [(await cached.execute(SubgraphRequest("mutation { n }")))["data"]["n"] for _ in range(2)] == [
        1,
        2,
    ]
    counting.errors = [{"message": "partly"}]
    assert [(await cached.execute(SubgraphRequest("{ n }")))["data"]["n"] for _ in range(2)] == [3, 4]


async def test_entities_are_kept_one_by_one() -> None:
    counting = Counting()
    cached = _cached(counting)
    await cached.execute(_entities("1", "2"))
    counting.errors = [{"message": "no", "path": ["_entities", 0, "title"]}]
    answer = await cached.execute(_entities("2", "3", "1"))
    assert [each["title"] for each in answer["data"]["_entities"]] == ["Book 2", "Book 3", "Book 1"]
    assert answer["errors"] == [{"message": "no", "path": ["_entities", 1, "title"]}]
    counting.errors = []
    await cached.execute(_entities("1", "2"))
    assert counting.asked == [["1", "2"], ["3"]]


async def test_tags_drop_what_is_no_longer_true() -> None:
    counting, store = Counting(), MemoryResponses(100)
    cached = _cached(counting, store)
    counting.extensions = {"apolloCacheTags": ["home"], "apolloEntityCacheTags": [["b1"], ["b2"]]}
    await cached.execute(SubgraphRequest("{ n }"))
    await cached.execute(_entities("1", "2"))
    assert await store.drop(["tag:books:b2"]) == 1
    await cached.execute(_entities("1", "2"))
    assert counting.asked[2:] == [["2"]]
    assert await store.drop(["tag:books:home"]) == 1
    assert await store.drop(["type:books:Book"]) == 2
    assert await store.drop(["subgraph:books", "subgraph:other"]) == 0


async def test_memory_is_bounded_and_forgets_in_time() -> None:
    now = [0.0]
    store = MemoryResponses(2, now=lambda: now[0])
    counting = Counting()
    cached = _cached(counting, store)
    for name in "abc":
        await cached.execute(SubgraphRequest(f"{{ {name} }}"))
    await cached.execute(SubgraphRequest("{ c }"))
    await cached.execute(SubgraphRequest("{ a }"))
    assert counting.asked == ["{ a }", "{ b }", "{ c }", "{ a }"]
    now[0] += 11
    await cached.execute(SubgraphRequest("{ a }"))
    assert len(counting.asked) == 5
    assert len(store._tagged["subgraph:books"]) <= 2


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [
        ("max-age=5", 5),
        ("s-maxage=7, max-age=5", 7),
        ('public="", max-age="9"', 9),
        ("public", 3),
        ("immutable", 0),
        ("max-age=soon", 0),
        ("MAX-AGE=4", 4),
    ],
)
def test_the_age_is_that_of_a_shared_cache(cache_control: str, seconds: float) -> None:
    assert read_ttl(cache_control, "", 3) == seconds
