"""Whether the source's own pictures may be a rendition: copied, not coded again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from media.core.facts import MediaFacts
    from media.core.figures import MediaFigures
    from media.core.ladder import PlannedRendition
    from media.core.timing import Timing

_BASELINE, _MAIN, _HIGH = 66, 77, 100
_IS_CONSTRAINED = 0x40
_BT709_OR_UNSAID = frozenset({1, 2})
_IDR, _SPS = 5, 7


@dataclass(frozen=True, slots=True)
class H264Track:
    """An H.264 track in an MP4 or MOV, as its packets say.

    ``profile``, ``constraints`` and ``level`` are the bytes of ``avcC``. ``idr_frames`` are the places, in order of
    showing, of the pictures that nothing before or behind them reaches across; ``idr_bytes`` is the length of what
    goes from each to the next. ``is_steady``: every frame stands where its rate puts it, within 2 ms.
    ``is_whole``: no edit list leaves anything out, and all pictures follow the headers that stand in front.
    """

    profile: int
    constraints: int
    level: int
    pixel_format: str
    colours: tuple[int, int, int]
    is_upright: bool
    is_steady: bool
    is_whole: bool
    idr_frames: tuple[int, ...]
    idr_bytes: tuple[int, ...]

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> H264Track:
        lists = ("colours", "idr_frames", "idr_bytes")
        return cls(**content | {name: tuple(content[name]) for name in lists})


def faults_of_copy(
    facts: MediaFacts, rendition: PlannedRendition, timing: Timing, figures: MediaFigures
) -> list[str]:
    """What keeps the source's pictures from being this rendition; nothing for those that may be copied."""
    track = facts.h264
    if track is None:
        return ["no H.264 in MP4"]
    found = {
        "another size": (facts.width, facts.height) != (rendition.width, rendition.height),
        "watermark": facts.watermark is not None,
        "turned or stretched": not track.is_upright,
        "interlaced": facts.is_interlaced,
        "not 8 bit 4:2:0": track.pixel_format != "yuv420p",
        "not BT.709": not _BT709_OR_UNSAID.issuperset(track.colours),
        "profile": not _is_plain_profile(track),
        "level": track.level
        > (figures.copied_level_4k if min(facts.width, facts.height) > 1080 else figures.copied_level),
        "edited": not track.is_whole,
        "uneven": not track.is_steady or facts.frames != timing.frames,
        "sound runs on": facts.duration_ms != facts.picture_end_ms,
        "key frames": not set(range(0, timing.frames, timing.gop)).issubset(track.idr_frames),
    }
    faults = [name for name, is_found in found.items() if is_found]
    return faults or _too_much(track, rendition, timing, figures)


def _is_plain_profile(track: H264Track) -> bool:
    if track.profile == _BASELINE:
        return bool(track.constraints & _IS_CONSTRAINED)
    return track.profile in (_MAIN, _HIGH)


def _too_much(
    track: H264Track, rendition: PlannedRendition, timing: Timing, figures: MediaFigures
) -> list[str]:
    """Average and peak by segments, against the bitrate of the rung."""
    segments: dict[int, int] = {}
    for frame, size in zip(track.idr_frames, track.idr_bytes, strict=True):
        segments[frame // timing.gop] = segments.get(frame // timing.gop, 0) + size
    average_bps = sum(segments.values()) * 8 / timing.duration_s
    peak_bps = max(segments.values()) * 8 / min(figures.segment_s, timing.duration_s)
    is_within = (
        average_bps <= rendition.bitrate_bps and peak_bps <= rendition.bitrate_bps * figures.copied_peak
    )
    return [] if is_within else ["bitrate"]


def nal_units(packet: bytes, length_bytes: int) -> list[bytes]:
    """Of a packet as MP4 holds it. What is cut off is left out."""
    units, at = [], 0
    while at + length_bytes <= len(packet):
        size = int.from_bytes(packet[at : at + length_bytes])
        at += length_bytes
        if not size or at + size > len(packet):
            break
        units.append(packet[at : at + size])
        at += size
    return units


def is_idr(units: list[bytes]) -> bool:
    return any(unit[0] & 0x1F == _IDR for unit in units)


def changes_headers(units: list[bytes], headers: bytes) -> bool:
    """Whether a sequence header in the stream is another than those in front."""
    return any(unit[0] & 0x1F == _SPS and unit not in headers for unit in units)
