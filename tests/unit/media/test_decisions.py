"""Ladder, judgement, containers, names, progress: the decisions of the media service."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from uuid import UUID

import pytest

from contracts.events import ProcessingStage
from media.core.containers import sniff_container
from media.core.errors import RejectedError, Rejection
from media.core.facts import MediaFacts, Transfer, judge, judge_size
from media.core.figures import FIGURES
from media.core.ladder import fit, plan_renditions, plan_turns
from media.core.layout import Layout, cache_control, is_marker, tries_marker, upload_order
from media.core.progress import Progress, parse_progress
from tests.support.media_facts import media_facts

FACTS = media_facts(width=1920, height=1080)
VIDEO = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), ["360p 640x360", "720p 1280x720", "1080p 1920x1080"]),
        ((1080, 1920), ["360p 360x640", "720p 720x1280", "1080p 1080x1920"]),
        ((3840, 2160), ["360p 640x360", "720p 1280x720", "1080p 1920x1080", "2160p 3840x2160"]),
        ((1279, 719), ["360p 640x360"]),
        ((720, 720), ["360p 360x360", "720p 720x720"]),
        ((853, 480), ["360p 640x360"]),
        ((320, 181), ["180p 320x180"]),
        ((183, 320), ["182p 182x320"]),
        ((361, 641), ["360p 360x640"]),
        ((100, 400), ["100p 100x400"]),
    ],
)
def test_the_ladder_never_goes_above_the_source(size: tuple[int, int], expected: list[str]) -> None:
    planned = plan_renditions(replace(FACTS, width=size[0], height=size[1]), FIGURES)
    assert [f"{each.name} {each.width}x{each.height}" for each in planned] == expected


def test_rungs_have_the_bitrates_of_the_product() -> None:
    planned = plan_renditions(replace(FACTS, width=3840, height=2160), FIGURES)
    assert [each.bitrate_bps for each in planned] == [600_000, 2_500_000, 5_000_000, 20_000_000]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"picture_end_ms": 0, "promised_ms": 0}, Rejection.CORRUPT_FILE),
        ({"picture_end_ms": 600_001, "readable_ms": 600_001}, Rejection.TOO_LONG),
        ({"promised_ms": 3_600_000_000}, Rejection.TOO_LONG),
        ({"readable_ms": 6_000}, Rejection.CORRUPT_FILE),
        ({"promised_ms": 1000, "readable_ms": 740}, Rejection.CORRUPT_FILE),
        ({"promised_ms": 300_000, "readable_ms": 299_000}, Rejection.CORRUPT_FILE),
        ({"picture_readable_ms": 6_000}, Rejection.CORRUPT_FILE),
        ({"width": 8}, Rejection.UNSUPPORTED_SIZE),
        ({"width": 9000}, Rejection.UNSUPPORTED_SIZE),
        ({"streams": 33}, Rejection.TOO_MANY_STREAMS),
        ({"frames": 12_000 * 60}, Rejection.TOO_DEMANDING),
    ],
)
def test_what_may_not_become_a_video(change: dict[str, int], reason: Rejection) -> None:
    with pytest.raises(RejectedError) as rejected:
        judge(replace(FACTS, **change), FIGURES)  # type: ignore[arg-type]
    assert rejected.value.reason is reason
    assert rejected.value.message.endswith(".")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"readable_ms": 11_800},
        {"picture_end_ms": 6_000},
        {"promised_ms": 0, "picture_promised_ms": 0},
        {"picture_end_ms": 600_000, "promised_ms": 600_000, "readable_ms": 600_000},
    ],
)
def test_what_may(change: dict[str, int]) -> None:
    judge(replace(FACTS, **change), FIGURES)  # type: ignore[arg-type]


def test_a_picture_stands_while_sound_runs_on_and_sound_ends_soon_after_the_picture() -> None:
    assert replace(FACTS, audio_index=1, sound_end_ms=20_000).duration_ms == 20_000
    assert replace(FACTS, audio_index=1, sound_end_ms=12_400).duration_ms == 12_000
    assert replace(FACTS, audio_index=1, sound_end_ms=20_000).silent().duration_ms == 12_000


def test_facts_survive_json() -> None:
    facts = replace(FACTS, fps=Fraction(30000, 1001), transfer=Transfer.HLG, audio_index=1)
    assert MediaFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@pytest.mark.parametrize(
    ("size", "reason"), [(0, Rejection.EMPTY_FILE), (500 * 1024 * 1024 + 1, Rejection.TOO_LARGE)]
)
def test_sizes(size: int, reason: Rejection) -> None:
    with pytest.raises(RejectedError) as rejected:
        judge_size(size, FIGURES)
    assert rejected.value.reason is reason


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\x00\x00\x00\x20ftypisom", "mov"),
        (b"\x00\x00\x00\x20ftypqt  ", "mov"),
        (b"\x00\x00\x00\x08wide\x00\x00", "mov"),
        (b"\x1a\x45\xdf\xa3\x01", "matroska"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x20ftypheic", None),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", None),
        (b"#EXTM3U\nfile:///etc/passwd", None),
        (b"\x00\x00\x01\xba\x44", "mpeg"),
        ((b"G" + bytes(187)) * 5, "mpegts"),
        ((bytes(4) + b"G" + bytes(187)) * 5, "mpegts"),
        (b"G" * 3, None),
        (b"hello", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_bytes_say(head: bytes, container: str | None) -> None:
    assert sniff_container(head) == container


def test_pictures_shrink_and_never_grow() -> None:
    assert (fit(1920, 1080, 720), fit(1080, 1920, 720), fit(100, 50, 720)) == (
        (720, 404),
        (404, 720),
        (100, 50),
    )


def test_names_are_the_same_for_the_same_source_and_guessed_by_nobody() -> None:
    layout = Layout.of(VIDEO, "key", '"etag"', "secret")
    assert layout == Layout.of(VIDEO, "key", '"etag"', "secret")
    assert layout.key("master.m3u8").startswith(f"{VIDEO.hex}/")
    others = {Layout.of(VIDEO, "key", '"other"', "secret"), Layout.of(VIDEO, "key", '"etag"', "another")}
    assert layout not in others


def test_what_is_referred_to_is_there_before_what_refers_to_it() -> None:
    names = ["360p/index.m3u8", "360p/init.mp4", "360p/seg_00000.m4s", "manifest.mpd", "master.m3u8"]
    assert upload_order(names) == [
        ["360p/init.mp4", "360p/seg_00000.m4s"],
        ["360p/index.m3u8"],
        ["manifest.mpd", "master.m3u8"],
    ]


def test_only_manifests_change_and_may_not_be_kept() -> None:
    assert cache_control("v/1/360p/seg_00000.m4s") == "public, max-age=31536000, immutable"
    assert cache_control("v/1/360p/index.m3u8") == "public, max-age=31536000, immutable"
    assert cache_control("v/1/master.m3u8") == cache_control("v/1/manifest.mpd") == "public, max-age=5"


def test_the_lowest_rendition_is_made_ahead_of_the_others() -> None:
    planned = plan_renditions(FACTS, FIGURES)
    turns = [[each.name for each in turn] for turn in plan_turns(planned, FIGURES)]
    assert turns == [["360p"], ["720p", "1080p"]]
    together = plan_turns(planned, replace(FIGURES, is_first_rung_ahead=False))
    assert [[each.name for each in turn] for turn in together] == [["360p", "720p", "1080p"]]
    assert len(plan_turns(planned[:1], FIGURES)) == 1


def test_progress_is_told_in_steps_and_never_goes_back() -> None:
    progress = Progress()
    steps = [progress.reach(ProcessingStage.TRANSCODING, part / 100, float(part)) for part in range(101)]
    percents = [told.percent for told in steps if told is not None]
    assert percents == [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85]
    assert progress.reach(ProcessingStage.PROBING, 0.5, 101.0) is None
    later = progress.reach(ProcessingStage.THUMBNAILS, 0, 102.0)
    assert later is not None
    assert later.percent == 85


def test_the_rest_is_reckoned_by_the_pace_of_the_transcoding() -> None:
    progress = Progress()
    steps = [
        (ProcessingStage.PROBING, 0.0, 1000.0),
        (ProcessingStage.TRANSCODING, 0.0, 1010.0),
        (ProcessingStage.TRANSCODING, 0.25, 1040.0),
        (ProcessingStage.TRANSCODING, 0.5, 1060.0),
        (ProcessingStage.THUMBNAILS, 0.0, 1500.0),
    ]
    told = [progress.reach(*step) for step in steps]
    assert [each and (each.percent, each.remaining_s) for each in told] == [
        (0, None),
        (5, None),
        (25, 111),
        (45, 68),
        (85, 18),
    ]


@pytest.mark.parametrize(
    ("line", "done_ms"),
    [("out_time_us=1500000\n", 1500), ("out_time_us=N/A", None), ("fps=30", None), ("", None)],
)
def test_progress_of_ffmpeg(line: str, done_ms: int | None) -> None:
    assert parse_progress(line) == done_ms


def test_what_is_ours_is_told_from_what_is_served() -> None:
    ours = ("first.json", "done.json", tries_marker(2), tries_marker(None))
    assert [is_marker(f"v/1/{name}") for name in ours] == [True] * 4
    assert [is_marker(f"v/1/{name}") for name in ("master.m3u8", "360p/seg_00000.m4s", "sprite.vtt")] == [
        False
    ] * 3
