"""Keyset pages of lists of users and videos."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, tuple_

from kit.db import Queryable, Statement
from subgraphs.social.models import Relation


def newest_first(query: Select[Any], created_at: Any, key: Any, *, is_continued: bool) -> Select[Any]:
    """A page of ``query``, newest first; continued ones start after (:created_at, :id)."""
    if is_continued:
        position = tuple_(bindparam("created_at", type_=created_at.type), bindparam("id", type_=Uuid()))
        query = query.where(tuple_(created_at, key) < position)
    return query.order_by(created_at.desc(), key.desc()).limit(bindparam("size"))


async def read_relations(
    db: Queryable, statement: Statement, user_id: UUID, size: int, after: tuple[datetime, UUID] | None
) -> list[Relation]:
    position = {} if after is None else {"created_at": after[0], "id": after[1]}
    rows = await db.fetch(statement, user_id=user_id, size=size, **position)
    return [Relation(id=row["id"], created_at=row["created_at"]) for row in rows]
