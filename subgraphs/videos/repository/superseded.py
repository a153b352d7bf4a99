"""SQL on renditions that others took the place of: whoever is in the middle of one finds it there for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from kit.db import Queryable, Statement
from subgraphs.videos.models import SupersededRendition
from subgraphs.videos.tables import superseded_renditions as superseded

_ADD = Statement(
    insert(superseded)
    .from_select(
        ["playlist_key", "video_id"],
        select(func.unnest(bindparam("keys", type_=ARRAY(Text))), bindparam("video", type_=Uuid())),
    )
    .on_conflict_do_nothing()
)
_OLD = Statement(
    select(superseded)
    .where(superseded.c.superseded_at < bindparam("before", type_=superseded.c.superseded_at.type))
    .order_by(superseded.c.superseded_at)
    .limit(bindparam("size", type_=Integer()))
)
_FORGET = Statement(superseded.delete().where(superseded.c.playlist_key == bindparam("key")))


async def add(db: Queryable, video_id: UUID, playlist_keys: Sequence[str]) -> None:
    """From now on; those that are known stay as they are."""
    await db.execute(_ADD, video=video_id, keys=list(playlist_keys))


async def old(db: Queryable, before: datetime, size: int) -> list[SupersededRendition]:
    """Oldest first."""
    rows = await db.fetch(_OLD, before=before, size=size)
    return [SupersededRendition(row["video_id"], row["playlist_key"]) for row in rows]


async def forget(db: Queryable, playlist_key: str) -> None:
    await db.execute(_FORGET, key=playlist_key)
