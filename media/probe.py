"""``python -m media.probe CONTAINER FILE``: prints what a file holds, as JSON, in a process of its own.

A hostile file may crash a decoder; it must not take the worker along.
"""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import inf
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from media.core.copying import H264Track, changes_headers, is_idr, nal_units
from media.core.errors import RejectedError, Rejection
from media.core.facts import MediaFacts, Transfer, judge_picture
from media.core.figures import FIGURES
from media.core.rates import nominal_rate

REJECTED_STATUS = 3

_STILLS = frozenset({"mjpeg", "png", "bmp", "gif", "webp", "tiff", "jpegxl"})
_NO_PLAIN_BASE = frozenset({"dvh1", "dvhe", "dav1"})
"""Dolby Vision whose picture means nothing without its extra layer."""
_TRANSFERS = {16: Transfer.PQ, 18: Transfer.HLG}
_FRAMES_LOOKED_AT = 8
_STEADY_S = 0.002
_FULL_RANGE = 2


@dataclass(slots=True)
class _IdrPictures:
    """Of an H.264 track whose headers are ``avcc``: times of its IDR pictures, and the bytes from each to the next."""

    avcc: bytes
    times: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    is_whole: bool = True

    def add(self, packet: Packet[Any]) -> None:
        if packet.is_discard or packet.pts is None:
            self.is_whole = False
            return
        if packet.is_keyframe:
            units = nal_units(bytes(packet), (self.avcc[4] & 3) + 1)
            self.is_whole &= not changes_headers(units, self.avcc)
            if is_idr(units):
                self.times.append(packet.pts)
                self.sizes.append(0)
        if not self.sizes:
            self.is_whole = False
            return
        self.sizes[-1] += packet.size


@dataclass(slots=True)
class _Extent:
    """Packets of a stream, times in seconds. ``starts`` and ``end`` are of those that are shown; ``first`` and ``last``
    have what an edit list leaves out too.
    """

    starts: array[float] = field(default_factory=lambda: array("d"))
    end: float = -inf
    first: float = inf
    last: float = -inf
    frames: int = 0
    idr: _IdrPictures | None = None

    def add(self, packet: Packet[Any]) -> None:
        self.frames += 1
        if self.idr is not None:
            self.idr.add(packet)
        if packet.pts is None or packet.time_base is None:
            return
        start = float(packet.pts * packet.time_base)
        end = start + float((packet.duration or 0) * packet.time_base)
        self.first, self.last = min(self.first, start), max(self.last, end)
        if not packet.is_discard:
            self.starts.append(start)
            self.end = max(self.end, end)


def main(argv: list[str]) -> int:
    """Exit status 0 with facts, 3 with a rejection."""
    container, path = argv
    try:
        facts = probe(container, path)
    except RejectedError as rejected:
        sys.stdout.write(json.dumps({"rejected": rejected.reason}))
        return REJECTED_STATUS
    sys.stdout.write(json.dumps(facts.to_json()))
    return 0


def probe(container: str, path: str) -> MediaFacts:
    """Raises RejectedError. Reads every packet, so that damage shows, and decodes a few frames."""
    with _open(container, path) as opened:
        streams = len(opened.streams)
        if streams > FIGURES.max_streams:
            raise RejectedError(Rejection.TOO_MANY_STREAMS)
        extents = _walk(opened)
        video = _video_stream(opened, extents)
        audio = _audio_stream(opened, extents)
        zero = (opened.start_time or 0) / av.time_base
        promised_ms = round((opened.duration or 0) * 1000 / av.time_base)
        own_ms = _ms(float((video.duration or 0) * (video.time_base or 0)))
        sar = video.sample_aspect_ratio
        video_index, audio_index = video.index, None if audio is None else audio.index
    picture = extents[video_index]
    starts = sorted(picture.starts)
    fps = nominal_rate(starts)
    with _open(container, path) as opened:
        look = _look(opened, video_index, sar, picture, (fps, zero))
    readable = max(extent.last for extent in extents.values())
    begin = min(extent.first for extent in extents.values())
    return MediaFacts(
        container=container,
        video_index=video_index,
        frames=picture.frames,
        fps=fps,
        streams=streams,
        promised_ms=promised_ms,
        picture_promised_ms=own_ms,
        readable_ms=_ms(max(readable, readable - begin)),
        picture_readable_ms=_ms(picture.last - picture.first),
        picture_start_ms=_ms(starts[0] - zero),
        last_frame_ms=_ms(starts[-1] - zero),
        picture_end_ms=_ms(_picture_end(picture, starts) - zero),
        audio_index=audio_index,
        sound_end_ms=0 if audio_index is None else _ms(extents[audio_index].end - zero),
        **look,
    )


def _open(container: str, path: str) -> InputContainer:
    try:
        return av.open(path, format=container, options={"protocol_whitelist": "file"})
    except MemoryError as error:
        raise RejectedError(Rejection.TOO_DEMANDING) from error
    except (FFmpegError, ValueError) as error:
        raise RejectedError(Rejection.CORRUPT_FILE) from error


def _walk(opened: InputContainer) -> dict[int, _Extent]:
    """Streams that have packets. Whatever could be read before the damage counts."""
    extents: dict[int, _Extent] = {}
    try:
        for packet in opened.demux():
            if packet.size:
                extents.setdefault(packet.stream.index, _extent_of(packet)).add(packet)
    except FFmpegError as error:
        sys.stderr.write(f"damaged: {error}\n")
    return {index: extent for index, extent in extents.items() if extent.starts}


def _extent_of(packet: Packet[Any]) -> _Extent:
    codec = packet.stream.codec_context
    avcc = bytes(codec.extradata or b"") if codec is not None and codec.name == "h264" else b""
    is_as_in_mp4 = len(avcc) > 6 and avcc[0] == 1
    return _Extent(idr=_IdrPictures(avcc) if is_as_in_mp4 else None)


def _h264_track(
    stream: VideoStream, extent: _Extent, first: VideoFrame, timing: tuple[Fraction, float]
) -> H264Track | None:
    """None for what is no H.264 in MP4, or has no picture to begin with."""
    idr, (fps, zero) = extent.idr, timing
    if idr is None or not idr.times or stream.time_base is None or not fps:
        return None
    starts = sorted(extent.starts)
    sar = stream.sample_aspect_ratio
    return H264Track(
        profile=idr.avcc[1],
        constraints=idr.avcc[2],
        level=idr.avcc[3],
        pixel_format=first.format.name,
        colours=(int(first.color_primaries), int(first.color_trc), int(first.colorspace)),
        is_upright=int(first.rotation) % 360 == 0 and (not sar or sar == 1),
        is_steady=all(abs(start - zero - place / fps) < _STEADY_S for place, start in enumerate(starts)),
        is_whole=idr.is_whole and len(starts) == extent.frames,
        idr_frames=tuple(
            bisect_left(starts, float(time * stream.time_base) - _STEADY_S) for time in idr.times
        ),
        idr_bytes=tuple(idr.sizes),
    )


def _video_stream(opened: InputContainer, extents: Mapping[int, _Extent]) -> VideoStream:
    """The moving picture with the most frames; cover art is none."""
    pictures = [each for each in opened.streams.video if not each.disposition & Disposition.attached_pic]
    readable = [each for each in pictures if _is_readable(each)]
    if pictures and not readable:
        raise RejectedError(Rejection.UNSUPPORTED_CODEC)
    moving = [
        each
        for each in readable
        if each.index in extents
        and (each.codec_context.name not in _STILLS or extents[each.index].frames > 1)
    ]
    if moving:
        return max(moving, key=lambda each: extents[each.index].frames)
    is_cut_off = any(each.codec_context.name not in _STILLS for each in readable)
    raise RejectedError(Rejection.CORRUPT_FILE if is_cut_off else Rejection.NO_VIDEO_STREAM)


def _is_readable(stream: VideoStream) -> bool:
    codec: av.VideoCodecContext | None = stream.codec_context
    return codec is not None and str(codec.codec_tag) not in _NO_PLAIN_BASE


def _audio_stream(opened: InputContainer, extents: Mapping[int, _Extent]) -> AudioStream | None:
    """The default one that can be read, or the first."""
    readable = [each for each in opened.streams.audio if each.codec_context and each.index in extents]
    return max(readable, key=lambda each: bool(each.disposition & Disposition.default), default=None)


def _look(
    opened: InputContainer, index: int, sar: Fraction | None, extent: _Extent, timing: tuple[Fraction, float]
) -> dict[str, Any]:
    """What only frames tell. The size is as displayed: a phone held upright records lying frames and a rotation.

    ``timing``: frames a second, and where the file begins in seconds.
    """
    stream = opened.streams[index]
    assert isinstance(stream, VideoStream)
    judge_picture(*_within_reason(stream.width, stream.height), FIGURES)
    frames = _first_frames(opened, stream)
    first = frames[0]
    width, height = _apply_aspect(first.width, first.height, sar)
    if abs(int(first.rotation)) % 180 == 90:
        width, height = height, width
    return {
        "video_codec": stream.codec_context.name,
        "width": width,
        "height": height,
        "transfer": _TRANSFERS.get(int(first.color_trc), Transfer.SDR),
        "is_interlaced": any(frame.interlaced_frame for frame in frames),
        "rotation": int(first.rotation) % 360,
        "is_full_range": int(first.color_range) == _FULL_RANGE or first.format.name.startswith("yuvj"),
        "h264": _h264_track(stream, extent, first, timing),
    }


def _within_reason(width: int, height: int) -> tuple[int, int]:
    """A header without a size is no reason to refuse: the first frame will tell."""
    return (width, height) if width and height else (FIGURES.min_side, FIGURES.min_side)


def _first_frames(opened: InputContainer, stream: VideoStream) -> list[VideoFrame]:
    try:
        frames = list(islice(_decode(opened, stream), _FRAMES_LOOKED_AT))
    except MemoryError as error:
        raise RejectedError(Rejection.TOO_DEMANDING) from error
    if not frames:
        raise RejectedError(Rejection.CORRUPT_FILE)
    return frames


def _decode(opened: InputContainer, stream: VideoStream) -> Iterable[VideoFrame]:
    """Broken packets are skipped, as players do."""
    for packet in opened.demux(stream):
        try:
            yield from (frame for frame in packet.decode() if isinstance(frame, VideoFrame))
        except MemoryError:
            raise
        except FFmpegError:
            continue


def _apply_aspect(width: int, height: int, sar: Fraction | None) -> tuple[int, int]:
    """Pixels are made square by widening; wild aspects are mistakes."""
    if not sar or not Fraction(1, 8) < sar < 8:
        return width, height
    return round(width * sar), height


def _picture_end(picture: _Extent, starts: list[float]) -> float:
    """The last frame stands as long as its packet says, or as the one before it stood."""
    if picture.end > starts[-1]:
        return picture.end
    return starts[-1] + (starts[-1] - starts[-2] if len(starts) > 1 else 0.04)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
