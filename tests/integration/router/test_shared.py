"""What several routers keep together, in a real Valkey."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from contracts import ids
from kit.cache import Cache, make_client
from kit.config import Settings
from router.shared import SharedBuckets, SharedDocuments, SharedResponses
from router.transports.response_store import Entry


@pytest.fixture
async def cache(settings: Settings) -> AsyncIterator[Cache]:
    cache = Cache.from_settings(settings)
    yield cache
    await cache.close()


async def test_a_bucket_is_one_for_all(settings: Settings, cache: Cache) -> None:
    other = Cache.from_settings(settings)
    name = f"ip:{ids.new_id().hex}"
    buckets = [SharedBuckets(cache), SharedBuckets(other)]
    taken = await asyncio.gather(*(buckets[number % 2].take(name, 10, 60) for number in range(15)))
    assert sum(each.wait_s == 0 for each in taken) == 10
    assert min(each.remaining for each in taken) == 0
    await other.close()


async def test_without_valkey_a_bucket_says_so() -> None:
    nowhere = Cache(make_client("redis://127.0.0.1:1", retries=0))
    with pytest.raises(OSError, match="127"):
        await SharedBuckets(nowhere).take("a", 1, 1)
    documents = SharedDocuments(nowhere, "n", None)
    await documents.put("a", "b")
    assert await documents.get("a") is None
    await nowhere.close()


async def test_a_document_registered_at_one_is_known_to_all(cache: Cache) -> None:
    namespace = ids.new_id().hex
    await SharedDocuments(cache, namespace, 60).put("digest", "{ me { id } }")
    assert await SharedDocuments(cache, namespace, None).get("digest") == "{ me { id } }"
    assert await SharedDocuments(cache, "another", None).get("digest") is None


async def test_responses_are_dropped_by_tag(settings: Settings) -> None:
    store = SharedResponses(make_client(settings.valkey_url, decode=False), ids.new_id().hex)
    await store.put_many(
        [Entry("a", b"1", 60, ("t", "u")), Entry("b", b"2", 60, ("t",)), Entry("c", b"3", 60, ())]
    )
    assert await store.get_many(["a", "x", "b", "c"]) == [b"1", None, b"2", b"3"]
    assert await store.drop(["t"]) == 2
    assert await store.get_many(["a", "b", "c"]) == [None, None, b"3"]
    await store.close()
