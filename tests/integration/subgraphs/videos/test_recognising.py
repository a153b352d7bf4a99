"""Films that were uploaded before are recognised: real films, real index."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from pathlib import Path
from random import Random
from struct import pack
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, text

from contracts.events import NearDuplicatesFound, VideoDeleted, decode_event
from contracts.fingerprints import Fingerprint, pack_hashes, unpack_hashes
from contracts.ids import new_id
from kit.db import Statement, outbox_table
from kit.resources import Resources
from subgraphs.videos.likeness import FIGURES, Key, Variant
from subgraphs.videos.models import Video
from subgraphs.videos.repository import fingerprints
from subgraphs.videos.service import editing
from tests.integration.subgraphs.videos.conftest import Deliver, MakeVideo, processed
from tests.support.films import BIKES, BUNNY, PORTRAIT, VARIANTS, film, fingerprint_of, vary

_OUTBOX = outbox_table("videos")
_EXPLAINED = Statement(
    text(
        "EXPLAIN SELECT * FROM unnest(CAST(:hashes AS bigint[])) AS a (h) CROSS JOIN LATERAL ("
        "SELECT place FROM videos.fingerprint_keys ORDER BY hash <~> a.h::bit(64) LIMIT CAST(:size AS int)) AS b"
    )
)
_TOLD = Statement(
    select(_OUTBOX.c.payload).where(_OUTBOX.c.key == bindparam("of_key")).order_by(_OUTBOX.c.id)
)


async def _matches(resources: Resources, video_id: UUID) -> list[NearDuplicatesFound]:
    rows = await resources.database.fetch(_TOLD, of_key=str(video_id))
    events = [decode_event(bytes(row["payload"]))[1] for row in rows]
    return [event for event in events if isinstance(event, NearDuplicatesFound)]


@pytest.fixture
def upload(make_processing: MakeVideo, deliver: Deliver) -> Any:
    async def make(found: Fingerprint | None, author_id: UUID | None = None) -> Video:
        video = await make_processing(author_id or new_id())
        await deliver(processed(video.video_id).model_copy(update={"fingerprint": found}))
        return video

    return make


@pytest.fixture(scope="module")
async def library(resources: Resources, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fingerprint]:
    """What the films look like; nobody has uploaded them."""
    folder = tmp_path_factory.mktemp("films")
    for table in ("fingerprint_keys", "fingerprints", "resemblances"):
        await resources.database.execute(Statement(text(f"DELETE FROM videos.{table}")))
    return {name: await fingerprint_of(film((of, name)), folder) for of, name in (BIKES, BUNNY, PORTRAIT)}


@pytest.mark.parametrize("how", VARIANTS)
async def test_a_film_is_recognised_however_it_comes_back(
    resources: Resources,
    upload: Any,
    deliver: Deliver,
    library: dict[str, Fingerprint],
    tmp_path: Path,
    how: str,
) -> None:
    originals = {name: await upload(found) for name, found in library.items()}
    changed = await asyncio.to_thread(vary, film(BIKES), tmp_path, VARIANTS[how])
    copy = await upload(await fingerprint_of(changed, tmp_path))
    [told] = await _matches(resources, copy.video_id)
    [match] = told.matches
    assert match.video_id == originals["bikes.mp4"].video_id
    assert (match.author_id, told.author_id) == (originals["bikes.mp4"].author_id, copy.author_id)
    assert match.is_mirrored == ("mirrored" in how)
    assert (match.offset_ms, match.kind) == (0, "picture")
    assert match.part > 0.8
    assert match.distance < 10
    for video in (*originals.values(), copy):
        await deliver(VideoDeleted(video_id=video.video_id, author_id=video.author_id, revision=99))


async def test_a_part_is_recognised_and_where_it_is_from(
    resources: Resources, upload: Any, deliver: Deliver, library: dict[str, Fingerprint], tmp_path: Path
) -> None:
    original = await upload(library["WolfgangLanger_Pexels.mp4"])
    cut = await asyncio.to_thread(vary, film(PORTRAIT), tmp_path, ["-t", "6"], start_s=5.2)
    copy = await upload(await fingerprint_of(cut, tmp_path))
    [match] = (await _matches(resources, copy.video_id))[0].matches
    assert match.video_id == original.video_id
    assert match.offset_ms in {5000, 5500}
    assert match.part > 0.8
    assert 0.2 < match.part_of_other < 0.45
    whole = await upload(library["WolfgangLanger_Pexels.mp4"])
    found = (await _matches(resources, whole.video_id))[0].matches
    assert {each.video_id for each in found} == {original.video_id, copy.video_id}
    for video in (original, copy, whole):
        await deliver(VideoDeleted(video_id=video.video_id, author_id=video.author_id, revision=99))


async def test_a_fast_film_is_recognised_though_it_was_cut_between_two_pictures(
    resources: Resources, upload: Any, deliver: Deliver, library: dict[str, Fingerprint], tmp_path: Path
) -> None:
    original = await upload(library["bikes.mp4"])
    cut = await asyncio.to_thread(vary, film(BIKES), tmp_path, ["-crf", "32"], start_s=1.25)
    copy = await upload(await fingerprint_of(cut, tmp_path))
    [match] = (await _matches(resources, copy.video_id))[0].matches
    assert (match.video_id, match.offset_ms) == (original.video_id, 1500)
    for video in (original, copy):
        await deliver(VideoDeleted(video_id=video.video_id, author_id=video.author_id, revision=99))


async def test_other_films_are_not(
    resources: Resources, upload: Any, deliver: Deliver, library: dict[str, Fingerprint]
) -> None:
    videos = [await upload(found) for found in library.values()]
    assert [await _matches(resources, video.video_id) for video in videos] == [[], [], []]
    for video in videos:
        await deliver(VideoDeleted(video_id=video.video_id, author_id=video.author_id, revision=99))


async def test_twice_is_told_once_and_what_was_deleted_is_forgotten(
    resources: Resources, upload: Any, deliver: Deliver, library: dict[str, Fingerprint]
) -> None:
    anna = new_id()
    original = await upload(library["bikes.mp4"], anna)
    copy = await upload(library["bikes.mp4"])
    again = processed(copy.video_id).model_copy(update={"fingerprint": library["bikes.mp4"]})
    await deliver(again)
    assert len(await _matches(resources, copy.video_id)) == 1
    async with resources.database.transaction() as tx:
        gone = await editing.delete_video(tx, anna, original.video_id)
    fact = VideoDeleted(video_id=original.video_id, author_id=anna, revision=gone.revision)
    await deliver(fact)
    late = processed(original.video_id).model_copy(update={"fingerprint": library["bikes.mp4"]})
    await deliver(late)
    await deliver(VideoDeleted(video_id=copy.video_id, author_id=copy.author_id, revision=99))
    third = await upload(library["bikes.mp4"])
    assert await _matches(resources, third.video_id) == []
    await deliver(VideoDeleted(video_id=third.video_id, author_id=third.author_id, revision=99))


async def test_the_same_sound_under_other_pictures_is_told(
    resources: Resources, upload: Any, deliver: Deliver, library: dict[str, Fingerprint]
) -> None:
    dice = Random(7)
    numbers = [dice.getrandbits(32) - 2**31 for _ in range(200)]
    sounds = [
        b64encode(pack(f"<{len(part)}i", *part)).decode() for part in (numbers, numbers[40:160], numbers[:10])
    ]
    names = list(library)
    videos = [
        await upload(library[name].model_copy(update={"sound": sound}))
        for name, sound in zip(names, sounds, strict=True)
    ]
    assert await _matches(resources, videos[0].video_id) == []
    [told] = await _matches(resources, videos[1].video_id)
    [match] = told.matches
    assert (match.video_id, match.kind) == (videos[0].video_id, "sound")
    assert (match.part, match.part_of_other, match.distance) == (1.0, 0.6, 0.0)
    assert match.offset_ms == pytest.approx(4954, abs=2)
    assert await _matches(resources, videos[2].video_id) == []
    for video in videos:
        await deliver(VideoDeleted(video_id=video.video_id, author_id=video.author_id, revision=99))


async def test_a_film_without_pictures_to_speak_of_is_nobodys_copy(
    resources: Resources, upload: Any, deliver: Deliver
) -> None:
    nothing = Fingerprint(framed=pack_hashes([None] * 10), inner=pack_hashes([None] * 10))
    videos = [await upload(nothing), await upload(nothing), await upload(None)]
    assert [await _matches(resources, video.video_id) for video in videos] == [[], [], []]


async def test_pictures_are_found_by_the_index(resources: Resources) -> None:
    """Among a thousand others, and not by looking through all of them."""
    dice, db = Random(1), resources.database
    video_id, hashes = new_id(), [dice.getrandbits(64) for _ in range(1000)]
    keys = [Key(Variant.FRAMED, place, each) for place, each in enumerate(hashes)]
    empty = Fingerprint(framed=pack_hashes([]), inner=pack_hashes([]))
    await fingerprints.add(db, video_id, new_id(), empty, keys=keys, terms=[])
    asked = [each ^ 0b1011 ^ (1 << 63) for each in hashes[::50]]
    hits = await fingerprints.nearest(db, new_id(), asked)
    found = {(hit.number, hit.place) for hit in hits if hit.video_id == video_id}
    assert found == {(number, number * 50) for number in range(20)}
    plan = "\n".join(row[0] for row in await db.fetch(_EXPLAINED, hashes=[1], size=FIGURES.found))
    await fingerprints.drop(db, video_id)
    assert "Index Scan using fingerprint_keys_by_hash" in plan


def test_hashes_travel_as_they_are() -> None:
    hashes = [1, None, (1 << 64) - 1, 1 << 63]
    assert unpack_hashes(pack_hashes(hashes)) == hashes
