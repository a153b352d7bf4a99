"""Recognising films that were uploaded before."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from contracts.events import NearDuplicate, NearDuplicatesFound, Resemblance, VideoProcessed
from contracts.fingerprints import Fingerprint
from kit.db import Database, Queryable
from subgraphs.videos.likeness import (
    FIGURES,
    Film,
    Likeness,
    Overlay,
    ask_for,
    choose_keys,
    compare_pictures,
    compare_sounds,
    sound_terms,
)
from subgraphs.videos.models import Video, VideoStatus
from subgraphs.videos.repository import fingerprints, videos


@dataclass(frozen=True, slots=True)
class _Match:
    video_id: UUID
    author_id: UUID
    kind: Resemblance
    likeness: Likeness


async def recognise(db: Database, done: VideoProcessed) -> None:
    """Keeps what a video looks like, and tells which others it resembles. Again, it tells nothing new.

    Kept is committed before others are looked for: so of two that come at once at least one finds the other.
    """
    if done.fingerprint is None:
        return
    film = Film.of(done.fingerprint)
    video = await _keep(db, done.video_id, film, done.fingerprint)
    if video is None:
        return
    matches = await _look_for(db, done.video_id, film)
    async with db.transaction() as tx:
        locked = await videos.lock_video(tx, done.video_id)
        if locked is None or locked.status is VideoStatus.DELETED:
            await fingerprints.drop(tx, done.video_id)
            return
        new = [
            await fingerprints.add_resemblance(tx, done.video_id, each.video_id, each.kind, each.likeness)
            for each in matches
        ]
        if any(new):
            told = tuple(_told(each) for each in matches)
            await tx.emit(
                NearDuplicatesFound(video_id=done.video_id, author_id=video.author_id, matches=told)
            )


async def _keep(db: Database, video_id: UUID, film: Film, found: Fingerprint) -> Video | None:
    """None for a video that is gone. Nobody waits for it: a deletion meanwhile is seen afterwards, under the lock."""
    video = (await videos.find_videos(db, [video_id])).get(video_id)
    if video is None or video.status is VideoStatus.DELETED:
        return None
    async with db.transaction() as tx:
        keys, terms = choose_keys(film), sound_terms(film)
        await fingerprints.add(tx, video_id, video.author_id, found, keys=keys, terms=terms)
    return video


async def _look_for(db: Queryable, video_id: UUID, film: Film) -> list[_Match]:
    """The nearest first."""
    overlays = await _find_overlays(db, video_id, film)
    by_sound = await fingerprints.sharing_sound(db, video_id, sound_terms(film), FIGURES.candidates)
    known = await fingerprints.find(db, list({*overlays, *by_sound}))

    def compare() -> list[_Match]:
        found = []
        for other_id, (author_id, print_) in known.items():
            other = Film.of(print_)
            seen = compare_pictures(film, other, overlays.get(other_id, Counter()))
            heard = compare_sounds(film, other) if other_id in by_sound else None
            for kind, likeness in ((Resemblance.PICTURE, seen), (Resemblance.SOUND, heard)):
                if likeness is not None:
                    found.append(_Match(other_id, author_id, kind, likeness))
        return sorted(found, key=lambda each: (-each.likeness.part, each.likeness.distance))

    return await asyncio.to_thread(compare)


async def _find_overlays(db: Queryable, video_id: UUID, film: Film) -> dict[UUID, Counter[Overlay]]:
    """Of the videos that most pictures point to."""
    asked = ask_for(film)
    hits = await fingerprints.nearest(db, video_id, [each.hash for each in asked])
    named = Counter(hit.video_id for hit in hits).most_common(FIGURES.candidates)
    overlays: dict[UUID, Counter[Overlay]] = {other_id: Counter() for other_id, _ in named}
    for hit in hits:
        if hit.video_id in overlays:
            question = asked[hit.number]
            offset = hit.place - question.key.place
            overlay = Overlay(question.key.variant, hit.variant, question.is_mirrored, offset)
            overlays[hit.video_id][overlay] += 1
    return overlays


def _told(match: _Match) -> NearDuplicate:
    likeness = match.likeness
    return NearDuplicate(
        video_id=match.video_id,
        author_id=match.author_id,
        kind=match.kind,
        part=likeness.part,
        part_of_other=likeness.part_of_other,
        distance=likeness.distance,
        offset_ms=likeness.offset_ms,
        is_mirrored=likeness.is_mirrored,
    )
