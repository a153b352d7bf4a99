"""From the tracks that ffmpeg wrote to segments, playlists and manifests on disk. Blocking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from media.core.boxes import (
    HEADER_BYTES,
    SEGMENT_TYPE,
    Fragment,
    Init,
    MalformedBoxError,
    parse_fragment,
    parse_header,
    parse_init,
)
from media.core.layout import INIT, PLAYLIST, segment_name
from media.core.playlists import manifests, media_playlist
from media.core.tracks import Segment, Track

_COPIED_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


def cut_track(source: Path, name: str, folder: Path) -> Track:
    """Cuts a fragmented MP4 into ``folder/name/``, one segment a fragment, and writes its media playlist.

    Raises MalformedBoxError for a file that is not whole.
    """
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    segments: list[Segment] = []
    with source.open("rb") as file:
        boxes = list(_boxes(file, source.stat().st_size))
        init = _write_init(file, boxes, target / INIT)
        for moof, mdat in _fragments(boxes):
            fragment = parse_fragment(_read(file, moof), init)
            path = target / segment_name(len(segments))
            segments.append(_write_segment(file, moof, mdat, fragment, path))
    if not segments:
        raise MalformedBoxError(f"{name} has no frames")
    track = Track(name, init, tuple(segments))
    (target / PLAYLIST).write_text(media_playlist(track))
    return track


def copy_segment(track: Track, folder: Path, number: int, target: Path) -> None:
    """A segment of a track as a file that can be read by itself."""
    parts = [folder / track.name / name for name in (INIT, segment_name(number))]
    target.write_bytes(b"".join(part.read_bytes() for part in parts))


def write_manifests(tracks: Sequence[Track], folder: Path) -> None:
    """Over these tracks, beside them."""
    for name, text in manifests(tracks).items():
        (folder / name).write_text(text)


def _boxes(file: BinaryIO, size: int) -> Iterator[_Box]:
    at = 0
    while at < size:
        file.seek(at)
        kind, _, length = parse_header(file.read(HEADER_BYTES))
        end = at + length if length else size
        if end > size:
            raise MalformedBoxError(f"box {kind!r} is cut off")
        yield _Box(kind, at, end)
        at = end


def _fragments(boxes: Sequence[_Box]) -> Iterator[tuple[_Box, _Box]]:
    relevant = [box for box in boxes if box.kind in (b"moof", b"mdat")]
    for moof, mdat in zip_longest(relevant[::2], relevant[1::2]):
        if mdat is None or (moof.kind, mdat.kind) != (b"moof", b"mdat"):
            raise MalformedBoxError("fragments are out of order")
        yield moof, mdat


def _write_init(file: BinaryIO, boxes: Sequence[_Box], path: Path) -> Init:
    head = {box.kind: box for box in boxes if box.kind in (b"ftyp", b"moov")}
    if len(head) != 2:
        raise MalformedBoxError("there is no track")
    moov = _read(file, head[b"moov"])
    path.write_bytes(_read(file, head[b"ftyp"]) + moov)
    return parse_init(moov)


def _write_segment(file: BinaryIO, moof: _Box, mdat: _Box, fragment: Fragment, path: Path) -> Segment:
    if moof.end != mdat.start:
        raise MalformedBoxError("a fragment is torn")
    with path.open("wb") as target:
        target.write(SEGMENT_TYPE)
        file.seek(moof.start)
        left = mdat.end - moof.start
        while left:
            chunk = file.read(min(left, _COPIED_AT_ONCE))
            if not chunk:
                raise MalformedBoxError("a fragment is cut off")
            target.write(chunk)
            left -= len(chunk)
        size_bytes = target.tell()
    return Segment(fragment.start, fragment.duration, fragment.samples, size_bytes, fragment.starts_with_key)


def _read(file: BinaryIO, box: _Box) -> bytes:
    file.seek(box.start)
    return file.read(box.end - box.start)
