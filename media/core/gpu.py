"""What a graphics card may do of a job: what it was seen to do, and what the source lets it.

NVENC codes H.264, NVDEC decodes, ``scale_cuda`` scales. What a card can't do the processor does; a job whose commands
fail on the card is done again without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from media.core.facts import MediaFacts, Transfer

ENCODERS = ("h264_nvenc", "hevc_nvenc", "av1_nvenc")
_DECODED = frozenset({"h264", "hevc", "av1", "vp8", "vp9", "mpeg2video"})
_CQ_ABOVE_CRF = 4
"""NVENC's constant quality runs that much above x264's for pictures that look alike."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """``encoders`` are those that coded a frame; ``is_decoding``: a frame was decoded, scaled and brought back."""

    encoders: frozenset[str] = frozenset()
    is_decoding: bool = False

    @property
    def has_card(self) -> bool:
        """Whether it makes renditions."""
        return ENCODERS[0] in self.encoders


class Route(StrEnum):
    """Where the pictures of a command go."""

    PROCESSOR = "processor"
    CODED_ON_CARD = "coded on card"
    """Decoded and made steady by the processor, scaled and coded by the card."""
    CARD = "card"
    """They never leave it."""


def choose_route(facts: MediaFacts, capabilities: Capabilities, *, is_looked_at: bool) -> Route:
    """``is_looked_at``: stills are made of the same pictures, by the processor."""
    if not capabilities.has_card:
        return Route.PROCESSOR
    is_plain = (
        facts.transfer is Transfer.SDR
        and not facts.is_interlaced
        and not facts.is_full_range
        and facts.rotation == 0
        and facts.watermark is None
        and facts.video_codec in _DECODED
    )
    return Route.CARD if capabilities.is_decoding and is_plain and not is_looked_at else Route.CODED_ON_CARD


def decoder_options(route: Route) -> dict[str, Any]:
    """Of ffmpeg's input."""
    return {"hwaccel": "cuda", "hwaccel_output_format": "cuda"} if route is Route.CARD else {}


def encoder_options(crf: float) -> dict[str, Any]:
    """NVENC at about the quality of x264's ``crf``; a closed GOP of fixed length is up to the caller."""
    return {
        "c:v": ENCODERS[0],
        "preset": "p5",
        "tune": "hq",
        "rc": "vbr",
        "cq": crf + _CQ_ABOVE_CRF,
        "b:v": 0,
        "rc-lookahead": 20,
        "spatial-aq": 1,
        "no-scenecut": 1,
        "forced-idr": 1,
        "profile:v": "high",
    }


def encode_probe(encoder: str) -> list[str]:
    """Codes two frames."""
    picture = ["-f", "lavfi", "-i", "testsrc2=s=256x256:r=25:d=0.08,format=yuv420p"]
    return ["-nostdin", "-v", "error", *picture, "-c:v", encoder, "-f", "null", "-"]


def decode_probe_source(name: str) -> list[str]:
    """Makes what ``decode_probe`` reads."""
    picture = ["-f", "lavfi", "-i", "testsrc2=s=256x256:r=25:d=0.08,format=yuv420p"]
    return ["-nostdin", "-v", "error", *picture, "-c:v", "libx264", "-f", "mp4", "-y", name]


def decode_probe(name: str) -> list[str]:
    """Decodes, scales and brings back; ffmpeg's own way back to the processor would end in ``scale_cuda``."""
    shown = "scale_cuda=128:128:format=nv12,hwdownload,format=nv12"
    given = ["-hwaccel", "cuda", "-hwaccel_output_format", "cuda", "-i", name]
    return ["-nostdin", "-v", "error", "-xerror", *given, "-vf", shown, "-f", "null", "-"]
