"""SQL on what films look and sound like: whole fingerprints, and an index of pictures that stand for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Integer, SmallInteger, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert

from contracts.events import Resemblance
from contracts.fingerprints import Fingerprint
from kit.db import Queryable, Statement
from subgraphs.videos.likeness import FIGURES, Key, Likeness, Variant
from subgraphs.videos.tables import fingerprint_keys, fingerprints, resemblances

_ADD = Statement(
    insert(fingerprints)
    .values({name: bindparam(name) for name in ("video_id", "author_id", "fingerprint", "sound_terms")})
    .on_conflict_do_nothing()
)
_ADD_KEYS = Statement(
    text(
        """
        INSERT INTO videos.fingerprint_keys (video_id, variant, place, hash)
        SELECT :video_id, variant, place, hash::bit(64) FROM unnest(:variants, :places, :hashes)
          AS key (variant, place, hash)
        ON CONFLICT DO NOTHING
        """
    ).bindparams(
        bindparam("video_id", type_=Uuid()),
        bindparam("variants", type_=ARRAY(SmallInteger)),
        bindparam("places", type_=ARRAY(Integer)),
        bindparam("hashes", type_=ARRAY(BigInteger)),
    )
)
_NEAREST = Statement(
    text(
        """
        SELECT asked.number, found.video_id, found.variant, found.place
        FROM unnest(:hashes) WITH ORDINALITY AS asked (hash, number)
        CROSS JOIN LATERAL (
          SELECT video_id, variant, place, hash <~> asked.hash::bit(64) AS distance
          FROM videos.fingerprint_keys ORDER BY hash <~> asked.hash::bit(64) LIMIT :size
        ) AS found
        WHERE found.distance <= :near AND found.video_id <> :video_id
        """
    ).bindparams(
        bindparam("video_id", type_=Uuid()),
        bindparam("hashes", type_=ARRAY(BigInteger)),
        bindparam("size", type_=Integer()),
        bindparam("near", type_=Integer()),
    )
)
_BY_SOUND = Statement(
    select(fingerprints.c.video_id)
    .where(
        fingerprints.c.sound_terms.op("&&")(bindparam("terms", type_=ARRAY(Integer))),
        fingerprints.c.video_id != bindparam("of_video"),
    )
    .limit(bindparam("size", type_=Integer()))
)
_FIND = Statement(
    select(fingerprints).where(fingerprints.c.video_id == func.any(bindparam("video_ids", type_=ARRAY(Uuid))))
)
_ADD_RESEMBLANCE = Statement(
    insert(resemblances)
    .values(
        {column.name: bindparam(column.name) for column in resemblances.columns if column.name != "found_at"}
    )
    .on_conflict_do_nothing()
)
_DROP = tuple(
    Statement(column.table.delete().where(column == bindparam("of_video")))
    for column in (
        fingerprint_keys.c.video_id,
        fingerprints.c.video_id,
        resemblances.c.video_id,
        resemblances.c.other_id,
    )
)


@dataclass(frozen=True, slots=True)
class Hit:
    """The picture asked for by ``number`` (from 0) is near this one."""

    number: int
    video_id: UUID
    variant: Variant
    place: int


async def add(
    db: Queryable,
    video_id: UUID,
    author_id: UUID,
    found: Fingerprint,
    *,
    keys: Sequence[Key],
    terms: Sequence[int],
) -> None:
    """Nothing new for a video that has one."""
    await db.execute(
        _ADD, video_id=video_id, author_id=author_id, fingerprint=found.model_dump(), sound_terms=list(terms)
    )
    await db.execute(
        _ADD_KEYS,
        video_id=video_id,
        variants=[key.variant for key in keys],
        places=[key.place for key in keys],
        hashes=[_signed(key.hash) for key in keys],
    )


async def nearest(db: Queryable, video_id: UUID, hashes: Sequence[int]) -> list[Hit]:
    """For each hash the nearest pictures of other videos, by the index, which may miss some."""
    rows = await db.fetch(
        _NEAREST,
        video_id=video_id,
        hashes=[_signed(each) for each in hashes],
        size=FIGURES.found,
        near=FIGURES.near,
    )
    return [Hit(row["number"] - 1, row["video_id"], Variant(row["variant"]), row["place"]) for row in rows]


async def sharing_sound(db: Queryable, video_id: UUID, terms: Sequence[int], size: int) -> list[UUID]:
    """Other videos whose sound has one of these numbers at least."""
    rows = await db.fetch(_BY_SOUND, of_video=video_id, terms=list(terms), size=size)
    return [row["video_id"] for row in rows]


async def find(db: Queryable, video_ids: Sequence[UUID]) -> Mapping[UUID, tuple[UUID, Fingerprint]]:
    """Author and fingerprint by video."""
    rows = await db.fetch(_FIND, video_ids=video_ids)
    return {
        row["video_id"]: (row["author_id"], Fingerprint.model_validate(row["fingerprint"])) for row in rows
    }


async def add_resemblance(
    db: Queryable, video_id: UUID, other_id: UUID, kind: Resemblance, found: Likeness
) -> bool:
    """Whether it is new."""
    touched = await db.execute(
        _ADD_RESEMBLANCE,
        video_id=video_id,
        other_id=other_id,
        kind=kind.value,
        part=found.part,
        part_of_other=found.part_of_other,
        distance=found.distance,
        offset_ms=found.offset_ms,
        is_mirrored=found.is_mirrored,
    )
    return touched == 1


async def drop(db: Queryable, video_id: UUID) -> None:
    """All that is known of a video."""
    for statement in _DROP:
        await db.execute(statement, of_video=video_id)


def _signed(value: int) -> int:
    """PostgreSQL's bigint has a sign; its bits are the same."""
    return value - (1 << 64) if value >> 63 else value
