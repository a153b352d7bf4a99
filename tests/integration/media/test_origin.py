"""The origin over HTTP, on real object storage and Valkey: objects, ranges, conditions."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from contracts.playback import Access, Gate
from kit.playback import Gates
from media.core.layout import content_type
from media.origin import OriginFigures, open_origin
from tests.integration.media.conftest import Workshop
from tests.support.ports import served

SMALL, LARGE = bytes(range(256)) * 4, bytes(range(256)) * 40
KEYS = {
    "v/1/small.m4s": SMALL,
    "v/1/large.m4s": LARGE,
    "v/1/done.json": b"{}",
    "v/1/first.json": b"{}",
    "v/stray.m4s": b"",
}


@pytest.fixture(scope="module")
async def url(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    folder: Path = tmp_path_factory.mktemp("origin")
    settings = workshop.settings.model_copy(update={"data_dir": folder, "edge_memory_bytes": 4096})
    for key, content in KEYS.items():
        await workshop.storage.put(settings.bucket_processed, key, content, content_type="video/iso.segment")
    await workshop.storage.put(settings.bucket_avatars, "pending/u/1.jpg", b"x", content_type="image/jpeg")
    await workshop.storage.put(settings.bucket_avatars, "u/1.jpg", b"face", content_type="image/jpeg")
    gates = Gates.for_asking(settings, workshop.storage)
    await gates.store("v", Gate(access=Access.OPEN, revision=1))
    await gates.close()
    figures = OriginFigures(cached_object_bytes=2048)
    async with open_origin(settings, figures=figures) as origin, served(origin) as base:
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
        "videos/v/access.json",
        "videos/v/stray.m4s",
        "videos/v/1/%73mall.m4s",
        "videos/v/1/small.m4s%00",
        "videos/v/1/./small.m4s",
        "videos/v/1//small.m4s",
        "videos/v/1/small.m4s/",
        "videos/v%2f1/small.m4s",
        "videos/v\\1\\small.m4s",
        "avatars/~0.open.x/u/1.jpg",
        f"videos/{'a' * 400}",
    ],
)
async def test_what_is_not_there_or_not_for_others_is_not_found(
    client: aiohttp.ClientSession, url: str, path: str
) -> None:
    async with client.get(URL(f"{url}/{path}", encoded=True)) as response:
        assert response.status == 404


async def test_a_condition_that_fails_is_told(client: aiohttp.ClientSession, url: str) -> None:
    address = f"{url}/videos/v/1/small.m4s"
    async with client.head(address) as response:
        etag = response.headers["etag"]
    for given, status in ((etag, 200), ("*", 200), ('"other"', 412), (f"W/{etag}", 412)):
        async with client.get(address, headers={"if-match": given}) as response:
            assert response.status == status
    for given, status in ((f"W/{etag}", 304), (f'"a", {etag}', 304), ("*", 304), ('"a"', 200)):
        async with client.get(address, headers={"if-none-match": given}) as response:
            assert response.status == status


@pytest.mark.parametrize("name", ["small", "large"])
async def test_a_range_goes_on_only_with_the_same_object(
    client: aiohttp.ClientSession, url: str, name: str
) -> None:
    address = f"{url}/videos/v/1/{name}.m4s"
    async with client.head(address) as response:
        etag = response.headers["etag"]
    for condition, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200)):
        headers = {"range": "bytes=0-9", "if-range": condition}
        async with client.get(address, headers=headers) as response:
            assert response.status == status
            assert len(await response.read()) == (10 if status == 206 else len(KEYS[f"v/1/{name}.m4s"]))


@pytest.mark.parametrize("name", ["small", "large"])
async def test_head_of_a_range_has_no_body(client: aiohttp.ClientSession, url: str, name: str) -> None:
    async with client.head(f"{url}/videos/v/1/{name}.m4s", headers={"range": "bytes=-5"}) as response:
        assert (response.status, response.headers["content-length"]) == (206, "5")
        assert await response.read() == b""


async def test_avatars_are_everybodys(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(f"{url}/avatars/u/1.jpg") as response:
        assert (response.status, await response.read()) == (200, b"face")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_written(client: aiohttp.ClientSession, url: str, method: str) -> None:
    async with client.request(method, f"{url}/videos/v/1/small.m4s", data=b"x") as response:
        assert (response.status, (await response.json())["code"]) == (405, "METHOD_NOT_ALLOWED")


async def test_the_process_tells_how_it_is(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(f"{url}/health/ready") as response:
        assert response.status == 200
    async with client.get(f"{url}/videos/v/1/small.m4s"), client.get(f"{url}/metrics") as response:
        told = await response.text()
    assert 'clipgraph_origin_lookups_total{kind="segment",result="memory"}' in told


async def test_browsers_of_other_origins_may_ask_for_ranges(client: aiohttp.ClientSession, url: str) -> None:
    async with client.options(f"{url}/videos/v/1/small.m4s") as response:
        assert response.status == 204
        assert response.headers["access-control-allow-headers"] == "range, if-range, if-none-match"
