"""What the origin keeps near: bounded, whole or not at all, asked for once, found again after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from media.origin.disk_cache import CachedObject, DiskCache
from media.origin.edge_cache import EdgeCache

Load = Callable[[], Awaitable[CachedObject]]


def _object(size: int, letter: str = "a") -> CachedObject:
    return CachedObject(letter.encode() * size, f'"{letter}"', "video/iso.segment")


def _name(number: int, video: str = "v") -> str:
    return f"videos/{video}/1/360p/seg_{number:05}.m4s"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class _Store:
    """Counts what is read of it."""

    def __init__(self) -> None:
        self.reads = 0

    def load(self, found: CachedObject | Exception) -> Load:
        async def read() -> CachedObject:
            self.reads += 1
            await asyncio.sleep(0)
            if isinstance(found, Exception):
                raise found
            return found

        return read


def test_the_disk_gives_what_it_was_given_after_a_restart_too(tmp_path: Path) -> None:
    DiskCache(tmp_path, 10_000).write(_name(1), _object(1000))
    again = DiskCache(tmp_path, 10_000)
    assert again.read(_name(1)) == _object(1000)
    assert again.read(_name(2)) is None
    assert again.size_bytes == sum(path.stat().st_size for path in _files(tmp_path))


def test_the_disk_is_bounded_and_what_was_not_asked_for_goes(tmp_path: Path) -> None:
    disk = DiskCache(tmp_path, 5000)
    for number in range(4):
        disk.write(_name(number), _object(1000))
    assert disk.read(_name(0)) is not None
    disk.write(_name(4), _object(1000))
    disk.write(_name(5), _object(6000))
    kept = [number for number in range(6) if disk.read(_name(number)) is not None]
    assert kept == [0, 2, 3, 4]
    assert sum(path.stat().st_size for path in _files(tmp_path)) <= 5000
    assert len(_files(tmp_path)) == len(DiskCache(tmp_path, 5000)._sizes) == 4
    assert DiskCache(tmp_path, 2500).size_bytes <= 2500


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:-1] + b"b",
        lambda content: content.replace(b"seg_00001", b"seg_00002", 1),
        lambda _: b"",
        lambda _: b"{}\n",
    ],
    ids=["cut off", "a bit flipped", "another's", "empty", "no head"],
)
def test_a_broken_file_is_nothing(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    disk = DiskCache(tmp_path, 10_000)
    disk.write(_name(1), _object(100))
    [path] = _files(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert disk.read(_name(1)) is None
    assert (_files(tmp_path), disk.size_bytes) == ([], 0)


def test_what_was_not_finished_is_swept(tmp_path: Path) -> None:
    DiskCache(tmp_path, 10_000).write(_name(1), _object(100))
    [path] = _files(tmp_path)
    path.with_name("half-0000.new").write_bytes(b"x")
    (tmp_path / "videos" / "empty").mkdir()
    assert DiskCache(tmp_path, 10_000).read(_name(1)) == _object(100)
    assert _files(tmp_path) == [path]
    assert not (tmp_path / "videos" / "empty").exists()


def test_another_process_may_have_been_faster(tmp_path: Path) -> None:
    one, other = DiskCache(tmp_path, 10_000), DiskCache(tmp_path, 10_000)
    one.write(_name(1), _object(100))
    assert other.read(_name(1)) is None
    other.write(_name(1), _object(100))
    one.drop_video("v")
    assert (other.read(_name(1)), other.size_bytes) == (None, 0)


def test_nobody_else_on_the_machine_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "edge"
    DiskCache(folder, 10_000).write(_name(1), _object(100))
    assert folder.stat().st_mode & 0o077 == 0


async def test_many_who_ask_at_once_wait_for_one(tmp_path: Path) -> None:
    store, cache = _Store(), EdgeCache(10_000, DiskCache(tmp_path, 10_000))
    load = store.load(_object(10))
    answers = await asyncio.gather(*(cache.get(_name(1), load) for _ in range(50)))
    assert (set(answers), store.reads) == ({_object(10)}, 1)
    await cache.get(_name(1), load)
    await cache.close()
    again = EdgeCache(10_000, DiskCache(tmp_path, 10_000))
    assert await again.get(_name(1), load) == _object(10)
    assert store.reads == 1
    await again.close()


async def test_a_failure_is_everybodys_and_not_kept() -> None:
    store, cache = _Store(), EdgeCache(10_000)
    asked = (cache.get(_name(1), store.load(LookupError("gone"))) for _ in range(3))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [LookupError] * 3
    assert store.reads == 1
    assert await cache.get(_name(1), store.load(_object(10))) == _object(10)
    await cache.close()


async def test_who_gives_up_takes_nothing_from_others() -> None:
    store, cache = _Store(), EdgeCache(10_000)
    first, second = (asyncio.ensure_future(cache.get(_name(1), store.load(_object(10)))) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == _object(10)
    assert store.reads == 1
    await cache.close()


async def test_memory_is_bounded_and_the_disk_stands_behind_it(tmp_path: Path) -> None:
    store, cache = _Store(), EdgeCache(2500, DiskCache(tmp_path, 100_000))
    for number in (0, 1, 0, 2, 3):
        await cache.get(_name(number), store.load(_object(1000)))
    assert (cache._bytes, len(cache._objects)) == (2000, 2)
    assert store.reads == 4
    await asyncio.gather(*cache._writing)
    await cache.get(_name(1), store.load(_object(1000)))
    assert store.reads == 4
    await cache.close()


async def test_manifests_grow_old_and_never_reach_the_disk(tmp_path: Path) -> None:
    store, cache = _Store(), EdgeCache(10_000, DiskCache(tmp_path, 10_000))
    for _ in range(2):
        await cache.get("videos/v/1/master.m3u8", store.load(_object(10)), kept_s=0)
    assert store.reads == 2
    await cache.close()
    assert _files(tmp_path) == []


async def test_what_nobody_may_read_any_more_goes(tmp_path: Path) -> None:
    store, cache = _Store(), EdgeCache(10_000, DiskCache(tmp_path, 10_000))
    for video in ("v", "w"):
        await cache.get(_name(1, video), store.load(_object(10)))
    await asyncio.gather(*cache._writing)
    cache.drop_video("v")
    await cache.close()
    assert list(cache._objects) == [_name(1, "w")]
    assert [path.parent.name for path in _files(tmp_path)] == ["w"]
