"""``python -m media.probe CONTAINER FILE``: prints what a file holds, as JSON, in a process of its own.

A hostile file may crash a decoder; it must not take the worker along.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from media.core.errors import RejectedError, Rejection
from media.core.facts import MediaFacts

_DURATION_UNIT_PER_MS = 1000  # av.time_base is microseconds
_PICTURES = frozenset({"mjpeg", "png", "bmp", "gif", "webp"})


def main(argv: list[str]) -> int:
    """Exit status 0 with facts, 3 with a rejection."""
    container, path = argv
    try:
        facts = probe(container, path)
    except RejectedError as rejected:
        sys.stdout.write(json.dumps({"rejected": rejected.reason}))
        return 3
    sys.stdout.write(json.dumps(asdict(facts)))
    return 0


def probe(container: str, path: str) -> MediaFacts:
    """Raises RejectedError. Decodes one frame and reads every packet, so that damage shows."""
    try:
        opened = av.open(path, format=container, options={"protocol_whitelist": "file"})
    except (FFmpegError, ValueError) as error:
        raise RejectedError(Rejection.CORRUPT_FILE) from error
    with opened:
        stream = _video_stream(opened)
        width, height = _first_frame_size(opened, stream)
        return MediaFacts(
            container=container,
            video_codec=stream.codec_context.name,
            width=width,
            height=height,
            duration_ms=_duration_ms(opened, stream),
            readable_ms=_readable_ms(opened, stream),
            fps=float(stream.average_rate or stream.guessed_rate or 0),
            has_audio=bool(opened.streams.audio),
        )


def _video_stream(opened: InputContainer) -> VideoStream:
    """The first moving picture; cover art is none."""
    for stream in opened.streams.video:
        codec = stream.codec_context
        if codec is None:
            raise RejectedError(Rejection.UNSUPPORTED_CODEC)
        if codec.name not in _PICTURES or (stream.frames or 0) > 1:
            return stream
    raise RejectedError(Rejection.NO_VIDEO_STREAM)


def _first_frame_size(opened: InputContainer, stream: VideoStream) -> tuple[int, int]:
    """As displayed: a phone held upright records lying frames and a rotation."""
    try:
        frame = next(iter(opened.decode(stream)), None)
    except FFmpegError as error:
        raise RejectedError(Rejection.CORRUPT_FILE) from error
    if frame is None:
        raise RejectedError(Rejection.CORRUPT_FILE)
    is_turned = abs(int(frame.rotation)) % 180 == 90
    return (frame.height, frame.width) if is_turned else (frame.width, frame.height)


def _duration_ms(opened: InputContainer, stream: VideoStream) -> int:
    if stream.duration is not None and stream.time_base is not None:
        return int(stream.duration * stream.time_base * 1000)
    return int((opened.duration or 0) / _DURATION_UNIT_PER_MS)


def _readable_ms(opened: InputContainer, stream: VideoStream) -> int:
    """How far the packets go; they end early in a file that was cut off."""
    start = stream.start_time or 0
    end = start
    try:
        opened.seek(0)
        for packet in _packets(opened.demux(stream)):
            end = max(end, packet.pts + (packet.duration or 0))
    except FFmpegError:
        return _in_ms(end - start, stream)  # whatever could be read before the damage
    return _in_ms(end - start, stream)


def _packets(packets: Iterable[Any]) -> Iterable[Any]:
    return (packet for packet in packets if packet.pts is not None and packet.size)


def _in_ms(ticks: int, stream: VideoStream) -> int:
    return int(ticks * stream.time_base * 1000) if stream.time_base is not None else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
