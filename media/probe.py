"""``python -m media.probe CONTAINER FILE``: prints what a file holds, as JSON, in a process of its own.

A hostile file may crash a decoder; it must not take the worker along.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from dataclasses import asdict

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
        readable_ms, shown_ms = _readable_ms(opened, stream)
        own_ms, promised_ms = _durations_ms(opened, stream)
        return MediaFacts(
            container=container,
            video_codec=stream.codec_context.name,
            width=width,
            height=height,
            duration_ms=own_ms or promised_ms or readable_ms,  # a browser's recording promises nothing
            promised_ms=promised_ms or own_ms,
            readable_ms=readable_ms,
            shown_ms=shown_ms,
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


def _durations_ms(opened: InputContainer, stream: VideoStream) -> tuple[int, int]:
    """What the picture and the whole file say of their length; 0 for nothing."""
    own = stream.duration * stream.time_base * 1000 if stream.duration and stream.time_base else 0
    return int(own), int((opened.duration or 0) / _DURATION_UNIT_PER_MS)


def _readable_ms(opened: InputContainer, stream: VideoStream) -> tuple[int, int]:
    """How far the packets of all streams go, and those of the picture; they end early in a file that was cut off."""
    extents: dict[int, tuple[float, float]] = {}
    try:
        opened.seek(0)
        for packet in opened.demux():
            if packet.pts is None or not packet.size or packet.time_base is None:
                continue
            start = float(packet.pts * packet.time_base)
            end = start + float((packet.duration or 0) * packet.time_base)
            first, last = extents.get(packet.stream.index, (start, end))
            extents[packet.stream.index] = min(first, start), max(last, end)
    except FFmpegError as error:
        sys.stderr.write(f"damaged: {error}\n")  # whatever could be read before counts
    return _length_ms(extents.values()), _length_ms([extents.get(stream.index, (0.0, 0.0))])


def _length_ms(extents: Collection[tuple[float, float]]) -> int:
    """From the first beginning to the last end, in seconds."""
    if not extents:
        return 0
    return int((max(end for _, end in extents) - min(start for start, _ in extents)) * 1000)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
