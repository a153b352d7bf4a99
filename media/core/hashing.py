"""Perceptual hashes of pictures: what stays when a film is coded again, scaled, mirrored or framed. Pure.

A picture comes small and grey, and the border that never moves is cut off. Of its discrete cosine transform the 64
lowest frequencies each give a bit, their sign: so the hash of the mirrored picture follows from that of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, floor, pi
from operator import mul
from typing import Final

from contracts.fingerprints import WAVES

SIDE: Final = 64
"""Pixels of a picture's width and height as it is hashed, whatever its shape was."""
_GRID: Final = 32
_ACROSS: Final = max(max(at) for at in WAVES) + 1
_FLAT: Final = 4.0
_STILL: Final = 14
_FRAMED_AT_MOST: Final = 0.3


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture, in pixels of ``SIDE``; right and bottom are behind it."""

    left: float
    top: float
    right: float
    bottom: float

    def inner(self, part: float) -> Window:
        """The middle of it, ``part`` of its width and height."""
        across, down = (self.right - self.left) * (1 - part) / 2, (self.bottom - self.top) * (1 - part) / 2
        return Window(self.left + across, self.top + down, self.right - across, self.bottom - down)


def find_window(frames: Sequence[bytes]) -> Window:
    """What is left of these pictures without a plain border that stays the same through all of them."""
    if not frames:
        return Window(0, 0, SIDE, SIDE)
    rows = [_is_plain([frame[y * SIDE : (y + 1) * SIDE] for frame in frames]) for y in range(SIDE)]
    columns = [_is_plain([frame[x::SIDE] for frame in frames]) for x in range(SIDE)]
    top, bottom = _edges(rows)
    left, right = _edges(columns)
    return Window(left, top, right, bottom)


def hash_picture(frame: bytes, window: Window) -> int | None:
    """64 bits; None for a picture that shows nothing."""
    grid = _resample(frame, window)
    mean = sum(map(sum, grid)) / _GRID**2
    if sum(abs(value - mean) for row in grid for value in row) / _GRID**2 < _FLAT:
        return None
    basis = _basis()
    across = [[sum(map(mul, row, wave)) for row in grid] for wave in basis]
    return sum(1 << place for place, (x, y) in enumerate(WAVES) if sum(map(mul, across[x], basis[y])) > 0)


def distance(one: int, other: int) -> int:
    """Bits that differ, 0 to 64; half of them by chance."""
    return (one ^ other).bit_count()


def _is_plain(lines: Sequence[bytes]) -> bool:
    """One colour along the line and through time, but for the noise of coding."""
    lowest, highest = min(map(min, lines)), max(map(max, lines))
    return highest - lowest <= _STILL


def _edges(plain: Sequence[bool]) -> tuple[int, int]:
    most = int(SIDE * _FRAMED_AT_MOST)
    begin = next((place for place in range(most) if not plain[place]), most)
    end = next((place for place in range(most) if not plain[-1 - place]), most)
    return begin, SIDE - end


def _resample(frame: bytes, window: Window) -> list[list[float]]:
    """Means over ``_GRID`` × ``_GRID`` equal parts of the window."""
    down = _shares(window.top, window.bottom)
    across = _shares(window.left, window.right)
    lines = [frame[y * SIDE : (y + 1) * SIDE] for y in range(SIDE)]
    rows = []
    for first, weights in down:
        covered = lines[first : first + len(weights)]
        rows.append([sum(map(mul, column, weights)) for column in zip(*covered, strict=True)])
    return [
        [sum(map(mul, row[first : first + len(weights)], weights)) for first, weights in across]
        for row in rows
    ]


@lru_cache(maxsize=64)
def _shares(start: float, end: float) -> list[tuple[int, list[float]]]:
    """For each part the first pixel that it touches, and how much of each pixel from there on belongs to it."""
    size = (end - start) / _GRID
    found = []
    for part in range(_GRID):
        low, high = start + part * size, min(start + (part + 1) * size, SIDE)
        first = floor(low)
        weights = []
        pixel = first
        while pixel < high - 1e-9:
            weights.append((min(pixel + 1, high) - max(pixel, low)) / size)
            pixel += 1
        found.append((first, weights))
    return found


@cache
def _basis() -> list[list[float]]:
    return [[cos(pi * wave * (at + 0.5) / _GRID) for at in range(_GRID)] for wave in range(_ACROSS)]
