"""Frame rates, loudness, stills, placeholders, and whose fault a failure is."""

from __future__ import annotations

import random
import signal
from collections.abc import Sequence

import pytest

from media.core.errors import Rejection
from media.core.failures import blame
from media.core.figures import FIGURES
from media.core.loudness import gain_db, parse_loudness
from media.core.placeholders import TinyPicture, blurhash, pick_picture, thumbhash
from media.core.rates import nominal_rate
from media.core.storyboard import Still, choose_cover, choose_thumbnails, parse_stills, sprite_vtt


def _steady(rate: float, count: int = 100) -> list[float]:
    return [place / rate for place in range(count)]


@pytest.mark.parametrize(
    ("times", "rate"),
    [
        (_steady(25), "25"),
        (_steady(30000 / 1001), "30000/1001"),
        ([round(time, 3) for time in _steady(30)], "30"),
        ([round(time, 3) for time in _steady(24000 / 1001)], "24000/1001"),
        (_steady(18), "18"),
        (_steady(240), "240"),
        ([*_steady(25, 25), 9.9], "25"),
        ([place / 30 + (place % 3 == 0) * 0.004 for place in range(90)], "48"),
        ([0.0], "0"),
        ([], "0"),
    ],
    ids=["25", "NTSC", "30 in ms", "film in ms", "18", "240", "stands still", "jitters", "one frame", "none"],
)
def test_the_rate_is_that_of_the_moving_picture(times: Sequence[float], rate: str) -> None:
    assert str(nominal_rate(times)) == rate


SUMMARY = """[Parsed_ebur128_1 @ 0x1] Summary:

  Integrated loudness:
    I:         {} LUFS
    Threshold: -33.5 LUFS
"""


@pytest.mark.parametrize(
    ("said", "measured", "gain"),
    [
        ("-23.4", -23.4, 9.4),
        ("-9.0", -9.0, -5.0),
        ("-50.0", -50.0, 20.0),
        ("-70.0", -70.0, 0),
        ("-inf", -70.0, 0),
    ],
)
def test_loudness_becomes_a_gain(said: str, measured: float, gain: float) -> None:
    found = parse_loudness(SUMMARY.format(said))
    assert found == measured
    assert gain_db(found, FIGURES) == pytest.approx(gain)


def test_nothing_heard_is_no_sound() -> None:
    assert parse_loudness("Output file is empty") is None


def _log(*stills: tuple[float, float, float, str]) -> str:
    return "".join(
        f"frame:{place}    pts:{place}       pts_time:{place}\nlavfi.signalstats.YLOW={low}\n"
        f"lavfi.signalstats.YAVG={mean}\nlavfi.signalstats.YHIGH={high}\nlavfi.blur={blur}\n"
        for place, (low, mean, high, blur) in enumerate(stills)
    )


def test_black_white_and_blurred_stills_are_no_thumbnails() -> None:
    seen, blurred, sharp = (40, 120, 200, "5.0"), (40, 120, 200, "9.0"), (30, 110, 220, "3.5")
    black, white, flat = (16, 16, 16, "nan"), (235, 235, 235, "nan"), (100, 100, 105, "1.0")
    stills = parse_stills(_log(black, seen, blurred, blurred, sharp, flat, white, seen, black, black))
    assert stills[0] == Still(16, 0, 100)
    assert choose_thumbnails(stills, 5) == [1, 2, 3, 4, 7]
    assert choose_thumbnails([stills[0]] * 10, 5) == [0, 2, 4, 6, 8]
    assert choose_cover(stills, [8, 1]) == 1
    assert choose_cover(stills, [8, 9]) == 8


def test_the_sprite_tells_its_times() -> None:
    vtt = sprite_vtt("sprite.jpg", (160, 90), columns=2, count=3, duration_ms=3_600_000 + 12_000)
    assert vtt == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:20:04.000\nsprite.jpg#xywh=0,0,160,90\n\n"
        "00:20:04.000 --> 00:40:08.000\nsprite.jpg#xywh=160,0,160,90\n\n"
        "00:40:08.000 --> 01:00:12.000\nsprite.jpg#xywh=0,90,160,90\n"
    )


def _noise(width: int, height: int) -> TinyPicture:
    chance = random.Random(4)
    values = bytes(chance.randrange(256) for _ in range(width * height * 3))
    return TinyPicture(width, height, values)


@pytest.mark.parametrize(
    ("size", "blur", "thumb"),
    [
        ((32, 18), "L8HC4a}[xkkR}sMwByM|zpX7O%vy", "HwgCDIJ7hKk2RZeGh1/5nc752Q=="),
        ((18, 32), "L6HC4a_Jo#~E|sJ{WI:]zWSlbNvh", "HwgCDAKYaZVqmp92eEZenl/4xg=="),
    ],
)
def test_placeholders_are_those_of_the_reference_encoders(
    size: tuple[int, int], blur: str, thumb: str
) -> None:
    """Made with the packages ``blurhash`` 1.1.5 and ``thumbhash-python`` 1.0.1."""
    picture = _noise(*size)
    assert (blurhash(picture), thumbhash(picture)) == (blur, thumb)


def test_one_picture_is_taken_out_of_many() -> None:
    frames = bytes(range(2 * 2 * 3 * 3))
    assert pick_picture(frames, 2, 2, 1) == TinyPicture(2, 2, frames[12:24])


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (None, "took more than 60 s", Rejection.TOO_DEMANDING),
        (-signal.SIGXCPU, "", Rejection.TOO_DEMANDING),
        (-signal.SIGXFSZ, "", Rejection.TOO_DEMANDING),
        (1, "av_malloc: Cannot allocate memory", Rejection.TOO_DEMANDING),
        (-signal.SIGSEGV, "", Rejection.CORRUPT_FILE),
        (69, "Decode error rate 0.5 exceeds maximum 0.1", Rejection.CORRUPT_FILE),
        (1, "Could not find tag for codec", Rejection.TRANSCODE_FAILED),
        (228, "Error writing trailer: No space left on device", None),
        (-signal.SIGKILL, "", None),
        (127, "", None),
    ],
)
def test_whose_fault_it_is(status: int | None, said: str, reason: Rejection | None) -> None:
    assert blame(status, said) is reason
