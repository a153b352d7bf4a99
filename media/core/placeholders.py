"""Tiny stand-ins for a picture that is not loaded yet: BlurHash and ThumbHash, as their authors define them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import copysign, cos, floor, pi, sqrt
from operator import mul

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"


@dataclass(frozen=True, slots=True)
class TinyPicture:
    """``rgb`` is three bytes a pixel, row by row. Some hundred pixels are enough for both."""

    width: int
    height: int
    rgb: bytes

    def channel(self, place: int) -> list[int]:
        return list(self.rgb[place::3])


def pick_picture(frames: bytes, width: int, height: int, place: int) -> TinyPicture:
    """One of several pictures that stand behind each other."""
    size = width * height * 3
    return TinyPicture(width, height, frames[place * size : (place + 1) * size])


def blurhash(picture: TinyPicture, across: int = 4, down: int = 3) -> str:
    """Of ``across`` × ``down`` components."""
    grid = [(x, y) for y in range(down) for x in range(across)]
    linear = [[_to_linear(value) for value in picture.channel(place)] for place in range(3)]
    means = [_cosines(picture, channel, grid, phase=0) for channel in linear]
    weights = [[mean, *(2 * wave for wave in waves)] for mean, *waves in means]
    colours = list(zip(*weights, strict=True))
    mean, rest = colours[0], colours[1:]
    top = max((abs(value) for colour in rest for value in colour), default=0.0)
    quantised_top = max(0, min(82, floor(top * 166 - 0.5)))
    scale = (quantised_top + 1) / 166 if rest else 1.0
    parts = [
        _base83((across - 1) + (down - 1) * 9, 1),
        _base83(quantised_top if rest else 0, 1),
        _base83((_to_srgb(mean[0]) << 16) + (_to_srgb(mean[1]) << 8) + _to_srgb(mean[2]), 4),
    ]
    for red, green, blue in rest:
        digits = [
            max(0, min(18, floor(_signed_root(value / scale) * 9 + 9.5))) for value in (red, green, blue)
        ]
        parts.append(_base83(digits[0] * 361 + digits[1] * 19 + digits[2], 2))
    return "".join(parts)


def thumbhash(picture: TinyPicture) -> str:
    """In base64, as it travels in JSON."""
    width, height = picture.width, picture.height
    red, green, blue = ([value / 255 for value in picture.channel(place)] for place in range(3))
    luma = [(r + g + b) / 3 for r, g, b in zip(red, green, blue, strict=True)]
    yellow = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    reddish = [r - g for r, g in zip(red, green, strict=True)]
    across, down = (max(1, _round(7 * side / max(width, height))) for side in (width, height))
    is_landscape = width > height
    light = _thumb_channel(picture, luma, max(3, across), max(3, down))
    p, q = _thumb_channel(picture, yellow, 3, 3), _thumb_channel(picture, reddish, 3, 3)
    head = _round(63 * light.mean) | _round(31.5 + 31.5 * p.mean) << 6 | _round(31.5 + 31.5 * q.mean) << 12
    head |= _round(31 * light.scale) << 18
    tail = (down if is_landscape else across) | _round(63 * p.scale) << 3 | _round(63 * q.scale) << 9
    tail |= is_landscape << 15
    nibbles = [_round(15 * value) for part in (light, p, q) for value in part.waves]
    nibbles += [0] * (len(nibbles) % 2)
    pairs = bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return base64.b64encode(head.to_bytes(3, "little") + tail.to_bytes(2, "little") + pairs).decode()


@dataclass(frozen=True, slots=True)
class _Channel:
    mean: float
    waves: tuple[float, ...]
    scale: float


def _thumb_channel(picture: TinyPicture, values: Sequence[float], across: int, down: int) -> _Channel:
    """A triangle of components, without those that are fine in both directions."""
    wanted = [(x, y) for y in range(down) for x in range(across) if x * down < across * (down - y)]
    mean, *waves = _cosines(picture, values, wanted, phase=0.5)
    scale = max((abs(wave) for wave in waves), default=0.0)
    scaled = (0.5 + 0.5 / scale * wave if scale else wave for wave in waves)
    return _Channel(mean, tuple(scaled), scale)


def _cosines(
    picture: TinyPicture, values: Sequence[float], wanted: Iterable[tuple[int, int]], *, phase: float
) -> list[float]:
    """The mean of the picture times each of these waves (periods across, periods down)."""
    width, height = picture.width, picture.height
    rows = [values[start : start + width] for start in range(0, width * height, width)]
    found = []
    for across, down in wanted:
        wave = [cos(pi / width * across * (x + phase)) for x in range(width)]
        total = sum(
            cos(pi / height * down * (y + phase)) * sum(map(mul, row, wave)) for y, row in enumerate(rows)
        )
        found.append(total / (width * height))
    return found


def _to_linear(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _to_srgb(value: float) -> int:
    part = max(0.0, min(1.0, value))
    curved = part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return int(curved * 255 + 0.5)


def _signed_root(value: float) -> float:
    return copysign(sqrt(abs(value)), value)


def _round(value: float) -> int:
    """Halves go up, as in JavaScript."""
    return floor(value + 0.5)


def _base83(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83**place % 83] for place in reversed(range(length)))
