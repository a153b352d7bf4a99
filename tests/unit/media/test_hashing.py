"""Perceptual hashes: what changes a picture for people changes them, and little else."""

from __future__ import annotations

from math import cos, sin
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.fingerprints import MIRROR, unpack_hashes
from media.core.fingerprinting import take_fingerprint
from media.core.hashing import SIDE, Window, distance, find_window, hash_picture

WHOLE = Window(0, 0, SIDE, SIDE)


def _scene(seed: int, *, gain: float = 1.0, noise: int = 0) -> bytes:
    """Waves that lie over each other."""
    dice = Random(seed)
    waves = [(dice.uniform(0, 0.3), dice.uniform(0, 0.3), dice.uniform(0, 6)) for _ in range(6)]
    shown = bytearray()
    for y in range(SIDE):
        for x in range(SIDE):
            value = sum(cos(a * x + c) + sin(b * y - a * x + c) for a, b, c in waves)
            shown.append(max(0, min(255, round(128 + gain * 9 * value + dice.randint(-noise, noise)))))
    return bytes(shown)


def _framed(picture: bytes, above: int, beside: int, colour: int) -> bytes:
    """The picture shrunk into a border."""
    shown = bytearray([colour]) * (SIDE * SIDE)
    height, width = SIDE - 2 * above, SIDE - 2 * beside
    for y in range(height):
        for x in range(width):
            place = (above + y) * SIDE + beside + x
            shown[place] = picture[y * SIDE // height * SIDE + x * SIDE // width]
    return bytes(shown)


def _hash(picture: bytes, window: Window = WHOLE) -> int:
    found = hash_picture(picture, window)
    assert found is not None
    return found


def test_light_and_noise_change_little_and_another_scene_half() -> None:
    same = distance(_hash(_scene(1)), _hash(_scene(1, gain=0.6, noise=4)))
    others = [distance(_hash(_scene(1)), _hash(_scene(seed))) for seed in range(2, 12)]
    assert same <= 6
    assert min(others) > 15


@given(st.integers(0, 1000))
def test_a_mirrored_picture_has_the_mirrored_hash(seed: int) -> None:
    dice = Random(seed)
    picture = dice.randbytes(SIDE * SIDE)
    mirrored = b"".join(picture[y * SIDE : (y + 1) * SIDE][::-1] for y in range(SIDE))
    assert distance(_hash(mirrored), _hash(picture) ^ MIRROR) <= 1


@pytest.mark.parametrize(
    ("above", "beside", "colour"), [(10, 0, 0), (0, 12, 255), (6, 9, 90)], ids=["bars", "white", "frame"]
)
def test_a_border_is_cut_off(above: int, beside: int, colour: int) -> None:
    framed = [_framed(_scene(seed), above, beside, colour) for seed in (1, 2)]
    window = find_window(framed)
    assert window == Window(beside, above, SIDE - beside, SIDE - above)
    assert distance(_hash(framed[0], window), _hash(_scene(1))) <= 6


def test_a_border_that_moves_is_part_of_the_picture() -> None:
    assert find_window([_framed(_scene(1), 10, 0, 0), _scene(2)]) == WHOLE


def test_what_shows_nothing_has_no_hash() -> None:
    assert hash_picture(bytes(SIDE * SIDE), WHOLE) is None
    black = find_window([bytes(SIDE * SIDE)])
    assert black.right - black.left > 0.3 * SIDE
    made = take_fingerprint(bytes(3 * SIDE * SIDE) + b"cut off", None)
    assert unpack_hashes(made.framed) == [None] * 3
    assert unpack_hashes(take_fingerprint(b"", b"").inner) == []
