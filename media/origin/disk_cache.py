"""Objects in files, below ``{folder}/{area}/{video}/``: bounded, found again after a restart, whole or not at all.

Blocking; may be called from several threads. A file is one line of JSON about the object, then its content.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from pydantic import BaseModel, ValidationError

from kit.telemetry import get_logger

_UNFINISHED = ".new"
_log = get_logger("origin")


@dataclass(frozen=True, slots=True)
class CachedObject:
    """A whole object."""

    body: bytes
    etag: str
    content_type: str


class _Head(BaseModel):
    name: str
    etag: str
    content_type: str
    size_bytes: int
    crc32: int


class DiskCache:
    """Names are ``{area}/{video}/…``. Holds ``max_bytes`` at most; what was asked for longest ago goes first.

    Another process in the same folder does no harm but that both count for themselves.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._find_again()

    @property
    def size_bytes(self) -> int:
        return self._bytes

    def read(self, name: str) -> CachedObject | None:
        """None for what is not there, or not as it was written."""
        place = _place(name)
        if place not in self._sizes:
            return None
        path = self._folder / place
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            self._forget(place)
            return None
        found = _decode(content, name)
        if found is None:
            _log.warning("cached_object_broken", name=name)
            self._drop(place)
            return None
        with self._lock:
            if place in self._sizes:
                self._sizes.move_to_end(place)
        return found

    def write(self, name: str, content: CachedObject) -> None:
        """What doesn't fit, or finds no room on the disk, is not kept."""
        place, encoded = _place(name), _encode(name, content)
        if len(encoded) > self._max_bytes:
            return
        try:
            self._write(self._folder / place, encoded)
        except OSError as error:
            _log.warning("object_not_cached", reason=str(error))
            return
        with self._lock:
            self._bytes += len(encoded) - self._sizes.pop(place, 0)
            self._sizes[place] = len(encoded)
        for surplus in self._surplus():
            self._drop(surplus)

    def drop_video(self, video: str) -> None:
        """Everything of a video."""
        with self._lock:
            places = [place for place in self._sizes if place.split("/", 2)[1] == video]
        for place in places:
            self._drop(place)

    def _surplus(self) -> list[str]:
        with self._lock:
            over = self._bytes - self._max_bytes
            surplus = []
            for place, size in self._sizes.items():
                if over <= 0:
                    break
                surplus.append(place)
                over -= size
            return surplus

    def _drop(self, place: str) -> None:
        with suppress(OSError):  # another process was faster
            (self._folder / place).unlink()
        self._forget(place)

    def _forget(self, place: str) -> None:
        with self._lock:
            self._bytes -= self._sizes.pop(place, 0)

    def _write(self, path: Path, encoded: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}-{token_hex(4)}{_UNFINISHED}")
        try:
            unfinished.write_bytes(encoded)
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    def _find_again(self) -> None:
        """Sweeps what an earlier process did not finish, and empty folders."""
        found = sorted(self._files(), key=lambda each: each[2])
        for place, size, _ in found:
            self._sizes[place] = size
            self._bytes += size
        for surplus in self._surplus():
            self._drop(surplus)
        for folder in self._folder.glob("*/*"):
            if not any(folder.iterdir()):
                shutil.rmtree(folder, ignore_errors=True)

    def _files(self) -> Iterator[tuple[str, int, float]]:
        """Place, size and time of use."""
        for path in self._folder.glob("*/*/*"):
            if path.name.endswith(_UNFINISHED):
                path.unlink(missing_ok=True)
            else:
                state = path.stat()
                yield path.relative_to(self._folder).as_posix(), state.st_size, state.st_mtime


def _place(name: str) -> str:
    area, video, _ = name.split("/", 2)
    return f"{area}/{video}/{hashlib.sha256(name.encode()).hexdigest()}"


def _encode(name: str, content: CachedObject) -> bytes:
    head = _Head(
        name=name,
        etag=content.etag,
        content_type=content.content_type,
        size_bytes=len(content.body),
        crc32=zlib.crc32(content.body),
    )
    return head.model_dump_json().encode() + b"\n" + content.body


def _decode(content: bytes, name: str) -> CachedObject | None:
    line, _, body = content.partition(b"\n")
    try:
        head = _Head.model_validate_json(line)
    except ValidationError:
        return None
    if (head.name, head.size_bytes, head.crc32) != (name, len(body), zlib.crc32(body)):
        return None
    return CachedObject(body, head.etag, head.content_type)
