"""The origin over HTTP, on real object storage."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from media.core.layout import content_type
from media.origin.app import OriginFigures, create_origin
from tests.integration.media.conftest import Workshop
from tests.support.ports import served

SMALL, LARGE = bytes(range(256)) * 4, bytes(range(256)) * 40
KEYS = {"v/1/small.m4s": SMALL, "v/1/large.m4s": LARGE, "v/1/done.json": b"{}", "v/1/first.json": b"{}"}


@pytest.fixture(scope="module")
async def url(workshop: Workshop) -> AsyncIterator[str]:
    settings = workshop.settings
    for key, content in KEYS.items():
        await workshop.storage.put(settings.bucket_processed, key, content, content_type="video/iso.segment")
    await workshop.storage.put(settings.bucket_avatars, "pending/u/1.jpg", b"x", content_type="image/jpeg")
    figures = OriginFigures(cache_bytes=4096, cached_object_bytes=2048)
    async with served(create_origin(workshop.storage, settings, figures)) as base:
        yield base


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize("name", ["small", "large"])
async def test_an_object_comes_whole_and_may_be_kept_for_ever(
    client: aiohttp.ClientSession, url: str, name: str
) -> None:
    for _ in range(2):
        async with client.get(f"{url}/videos/v/1/{name}.m4s") as response:
            assert response.status == 200
            assert await response.read() == KEYS[f"v/1/{name}.m4s"]
            assert response.headers["content-type"] == "video/iso.segment"
            assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("name", ["master.m3u8", "manifest.mpd"])
async def test_a_manifest_is_kept_for_seconds_only(
    client: aiohttp.ClientSession, url: str, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async def put(content: bytes) -> None:
        bucket = workshop.settings.bucket_processed
        await workshop.storage.put(bucket, f"v/2/{name}", content, content_type=content_type(name))

    async def read() -> bytes:
        async with client.get(f"{url}/videos/v/2/{name}") as response:
            assert response.headers["cache-control"] == "public, max-age=5"
            assert response.headers["content-type"] == content_type(name)
            return await response.read()

    await put(b"360p")
    assert await read() == b"360p"
    await put(b"360p 720p")
    assert await read() == b"360p"
    later = time.monotonic() + 6
    monkeypatch.setattr("media.origin.edge_cache.monotonic", lambda: later)
    assert await read() == b"360p 720p"


@pytest.mark.parametrize("name", ["small", "large"])
@pytest.mark.parametrize(
    ("wanted", "status", "part", "content_range"),
    [
        ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/{size}"),
        ("bytes=100-", 206, slice(100, None), "bytes 100-{last}/{size}"),
        ("bytes=-5", 206, slice(-5, None), None),
        ("bytes=0-999999", 206, slice(0, None), "bytes 0-{last}/{size}"),
        ("bytes=5-2", 200, slice(None), None),
        ("bytes=0-1,4-5", 200, slice(None), None),
        ("seconds=1-2", 200, slice(None), None),
    ],
)
async def test_ranges(
    client: aiohttp.ClientSession,
    url: str,
    name: str,
    wanted: str,
    status: int,
    part: slice,
    content_range: str | None,
) -> None:
    content = KEYS[f"v/1/{name}.m4s"]
    async with client.get(f"{url}/videos/v/1/{name}.m4s", headers={"range": wanted}) as response:
        assert response.status == status
        assert await response.read() == content[part]
        if content_range:
            expected = content_range.format(size=len(content), last=len(content) - 1)
            assert response.headers["content-range"] == expected


@pytest.mark.parametrize("name", ["small", "large"])
async def test_a_range_behind_the_end_is_refused(client: aiohttp.ClientSession, url: str, name: str) -> None:
    async with client.get(f"{url}/videos/v/1/{name}.m4s", headers={"range": "bytes=999999-"}) as response:
        assert response.status == 416
        assert response.headers["content-range"] == f"bytes */{len(KEYS[f'v/1/{name}.m4s'])}"
        assert (await response.json())["code"] == "RANGE_NOT_SATISFIABLE"


@pytest.mark.parametrize("name", ["small", "large"])
async def test_head_tells_and_a_known_etag_saves_the_body(
    client: aiohttp.ClientSession, url: str, name: str
) -> None:
    address = f"{url}/videos/v/1/{name}.m4s"
    async with client.head(address) as response:
        etag = response.headers["etag"]
        assert response.headers["content-length"] == str(len(KEYS[f"v/1/{name}.m4s"]))
    async with client.get(address, headers={"if-none-match": etag}) as response:
        assert (response.status, await response.read()) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "videos/v/1/none.m4s",
        "videos/v/1/done.json",
        "videos/v/1/first.json",
        "videos/",
        "videos/v/../v/1/small.m4s",
        "videos/v/1/..%2f1/small.m4s",
        "videos//v/1/small.m4s",
        "avatars/pending/u/1.jpg",
        "raw/v/1/small.m4s",
        f"videos/{'a' * 400}",
    ],
)
async def test_what_is_not_there_or_not_for_others_is_not_found(
    client: aiohttp.ClientSession, url: str, path: str
) -> None:
    from yarl import URL

    async with client.get(URL(f"{url}/{path}", encoded=True)) as response:
        assert response.status == 404


async def test_browsers_of_other_origins_may_ask_for_ranges(client: aiohttp.ClientSession, url: str) -> None:
    async with client.options(f"{url}/videos/v/1/small.m4s") as response:
        assert response.status == 204
        assert response.headers["access-control-allow-headers"] == "range"
