"""Whether two films are the same, wholly or in part, by their fingerprints. Pure.

Pictures are compared at the offsets that an index found for single ones, sounds at the offset that most of their
numbers agree on.
"""

from __future__ import annotations

import struct
from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar

from contracts.fingerprints import HASHES_PER_S, MIRROR, SOUNDS_PER_S, Fingerprint, unpack_hashes

Hashes = Sequence[int | None]
"""Of pictures in order; None shows nothing."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LikenessFigures:
    """Distances in bits: of 64 two pictures differ in 32 by chance, of 32 two moments of sound in 16."""

    near: int = 10
    same: int = 12
    """``near`` finds, ``same`` counts: by the same camera on the next day it is above 20."""
    part: float = 0.3
    agreement: float = 0.35
    """Of the pictures that lie above each other: what moves fast was cut between two of them."""
    pictures: int = 3
    keys: int = 24
    asked: int = 32
    found: int = 10
    candidates: int = 20
    same_sound: int = 10
    sounds: int = 24
    terms: int = 400


FIGURES: Final = LikenessFigures()


class Variant(IntEnum):
    FRAMED = 0
    INNER = 1


@dataclass(frozen=True, slots=True)
class Film:
    """A fingerprint that was read. ``sound`` are Chromaprint's numbers."""

    framed: Hashes
    inner: Hashes
    sound: Sequence[int]

    @classmethod
    def of(cls, print_: Fingerprint) -> Film:
        sound = b64decode(print_.sound) if print_.sound else b""
        numbers = struct.unpack(f"<{len(sound) // 4}i", sound[: len(sound) // 4 * 4])
        return cls(unpack_hashes(print_.framed), unpack_hashes(print_.inner), numbers)

    def hashes(self, variant: Variant) -> Hashes:
        return self.framed if variant is Variant.FRAMED else self.inner


@dataclass(frozen=True, slots=True)
class Key:
    """A picture that stands for those around it. ``place`` counts from 0."""

    variant: Variant
    place: int
    hash: int


@dataclass(frozen=True, slots=True)
class Question:
    """A picture to look for, mirrored or not."""

    key: Key
    is_mirrored: bool

    @property
    def hash(self) -> int:
        return self.key.hash ^ (MIRROR if self.is_mirrored else 0)


@dataclass(frozen=True, slots=True)
class Overlay:
    """One film above the other: picture n of this above picture n + ``offset`` of the other."""

    variant: Variant
    of_other: Variant
    is_mirrored: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """Fields as of ``contracts.events.NearDuplicate``."""

    part: float
    part_of_other: float
    distance: float
    offset_ms: int
    is_mirrored: bool = False


def choose_keys(film: Film) -> list[Key]:
    """What an index gets: pictures that differ from the last one, of each variant ``FIGURES.keys`` at most."""
    return [key for variant in Variant for key in _spread(_changes(film, variant), FIGURES.keys)]


def ask_for(film: Film) -> list[Question]:
    """What an index is asked, for the film and for its mirror image."""
    asked = []
    for variant in Variant:
        shown = [
            Key(variant, place, each) for place, each in enumerate(film.hashes(variant)) if each is not None
        ]
        asked += _spread(shown, FIGURES.asked)
    return [Question(key, is_mirrored) for key in asked for is_mirrored in (False, True)]


def compare_pictures(film: Film, other: Film, overlays: Counter[Overlay]) -> Likeness | None:
    """The nearest of these overlays, counted by how many pictures vote for each; None when the films are different."""
    found = [
        likeness
        for overlay, _ in overlays.most_common(3)
        for slip in (0, -1, 1)
        if (likeness := _lay_over(film, other, overlay, slip)) is not None
    ]
    return max(found, key=lambda each: (each.part + each.part_of_other, -each.distance), default=None)


def sound_terms(film: Film) -> list[int]:
    """Numbers to look for a sound by, without those of silence, which every film has."""
    counted = Counter(film.sound)
    often = max(8, len(film.sound) // 8)
    return _spread([number for number, times in counted.items() if times <= often], FIGURES.terms)


def compare_sounds(film: Film, other: Film) -> Likeness | None:
    """None when they are different, or too short to tell."""
    places: dict[int, list[int]] = {}
    for place, number in enumerate(other.sound):
        places.setdefault(number, []).append(place)
    votes = Counter(
        at - place for place, number in enumerate(film.sound) for at in places.get(number, [])[:8]
    )
    if not votes:
        return None
    [(offset, _)] = votes.most_common(1)
    pairs = zip(film.sound[max(0, -offset) :], other.sound[max(0, offset) :], strict=False)
    near = [
        bits for one, two in pairs if (bits := ((one ^ two) & 0xFFFFFFFF).bit_count()) <= FIGURES.same_sound
    ]
    if len(near) < FIGURES.sounds:
        return None
    return _judged(len(near), len(film.sound), len(other.sound), sum(near) / len(near), offset / SOUNDS_PER_S)


def _changes(film: Film, variant: Variant) -> list[Key]:
    keys: list[Key] = []
    for place, each in enumerate(film.hashes(variant)):
        if each is not None and (not keys or (each ^ keys[-1].hash).bit_count() > FIGURES.near):
            keys.append(Key(variant, place, each))
    return keys


def _lay_over(film: Film, other: Film, overlay: Overlay, slip: int) -> Likeness | None:
    mine, theirs = film.hashes(overlay.variant), other.hashes(overlay.of_other)
    offset, mask = overlay.offset + slip, MIRROR if overlay.is_mirrored else 0
    pairs = zip(mine[max(0, -offset) :], theirs[max(0, offset) :], strict=False)
    above = [(one ^ mask ^ two).bit_count() for one, two in pairs if one is not None and two is not None]
    near = [bits for bits in above if bits <= FIGURES.same]
    shown, shown_of_other = (sum(each is not None for each in hashes) for hashes in (mine, theirs))
    if len(near) < min(FIGURES.pictures, shown, shown_of_other) or len(near) < FIGURES.agreement * len(above):
        return None
    if not near:
        return None
    distance = sum(near) / len(near)
    if distance > FIGURES.near:
        return None
    found = _judged(len(near), shown, shown_of_other, distance, offset / HASHES_PER_S)
    return found and Likeness(
        found.part, found.part_of_other, found.distance, found.offset_ms, overlay.is_mirrored
    )


def _judged(near: int, mine: int, theirs: int, distance: float, offset_s: float) -> Likeness | None:
    part, part_of_other = min(1.0, near / mine), min(1.0, near / theirs)
    if max(part, part_of_other) < FIGURES.part:
        return None
    return Likeness(round(part, 3), round(part_of_other, 3), round(distance, 2), round(offset_s * 1000))


def _spread(each: Sequence[T], count: int) -> list[T]:
    """``count`` at most, evenly."""
    if len(each) <= count:
        return list(each)
    return [each[place * len(each) // count] for place in range(count)]
