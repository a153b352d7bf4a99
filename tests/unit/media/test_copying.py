"""When the source's own pictures may be a rendition."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from media.core.commands import copy_command
from media.core.copying import H264Track, changes_headers, faults_of_copy, is_idr, nal_units
from media.core.facts import MediaFacts
from media.core.figures import FIGURES
from media.core.ladder import plan_renditions
from media.core.timing import Timing
from tests.support.media_facts import media_facts

_TRACK = H264Track(
    profile=100,
    constraints=0,
    level=31,
    pixel_format="yuv420p",
    colours=(1, 1, 1),
    is_upright=True,
    is_steady=True,
    is_whole=True,
    idr_frames=tuple(range(0, 360, 30)),
    idr_bytes=(250_000,) * 12,
)


def faults(track: H264Track | None, **changes: Any) -> list[str]:
    facts = media_facts(h264=track, **changes)
    top = plan_renditions(facts, FIGURES)[-1]
    return faults_of_copy(facts, top, Timing.of(facts, FIGURES), FIGURES)


def test_a_plain_stream_with_a_key_frame_every_second_is_copied() -> None:
    assert faults(_TRACK) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"profile": 110}, "profile"),
        ({"profile": 66}, "profile"),
        ({"level": 51}, "level"),
        ({"pixel_format": "yuv422p"}, "not 8 bit 4:2:0"),
        ({"pixel_format": "yuvj420p"}, "not 8 bit 4:2:0"),
        ({"colours": (9, 16, 9)}, "not BT.709"),
        ({"is_upright": False}, "turned or stretched"),
        ({"is_steady": False}, "uneven"),
        ({"is_whole": False}, "edited"),
        ({"idr_frames": (0, 90, 180), "idr_bytes": (1, 1, 1)}, "key frames"),
        ({"idr_bytes": (400_000,) * 12}, "bitrate"),
        ({"idr_bytes": (1_000_000,) + (10_000,) * 11}, "bitrate"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_others_could_not_play_or_switch_to_is_coded(change: dict[str, Any], fault: str) -> None:
    assert faults(replace(_TRACK, **change)) == [fault]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"width": 1440, "height": 810}, "another size"),
        ({"is_interlaced": True}, "interlaced"),
        ({"fps": Fraction(100), "frames": 1200}, "uneven"),
        ({"sound_end_ms": 14_000}, "sound runs on"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_source_that_has_to_change_is_coded(change: dict[str, Any], fault: str) -> None:
    assert fault in faults(_TRACK, **change)


def test_constrained_baseline_is_copied_and_other_codecs_are_not() -> None:
    assert faults(replace(_TRACK, profile=66, constraints=0xC0)) == []
    assert faults(None) == ["no H.264 in MP4"]


def test_key_frames_between_two_segments_do_not_cut_them() -> None:
    facts = media_facts(h264=_TRACK)
    command = copy_command(Path("/job/source"), facts, plan_renditions(facts, FIGURES)[-1], FIGURES)
    assert " ".join(command).endswith(
        "-f mov -protocol_whitelist file -i /job/source -map 0:0 -f mp4 -bsf:v filter_units=remove_types=6 -c copy "
        "-fflags +bitexact -map_chapters -1 -map_metadata -1 -min_frag_duration 1983333 "
        "-movflags +cmaf+delay_moov+frag_keyframe+skip_trailer 720p.mp4 -y"
    )


def test_units_of_a_packet_are_told_apart() -> None:
    sps, idr, slice_ = b"\x67\x64\x00\x1f", b"\x65\x88", b"\x41\x9a"
    packet = b"".join(len(unit).to_bytes(4) + unit for unit in (sps, idr))
    assert nal_units(packet, 4) == [sps, idr]
    assert nal_units(packet[:-1], 4) == [sps]
    assert nal_units(b"\x00\x00\x00\x00" + packet, 4) == []
    assert (is_idr([sps, idr]), is_idr([slice_])) == (True, False)
    assert (changes_headers([sps], b"avcC" + sps), changes_headers([sps], b"avcC")) == (False, True)


def test_facts_survive_their_print() -> None:
    facts = media_facts(h264=_TRACK)
    assert MediaFacts.from_json(facts.to_json()) == facts
