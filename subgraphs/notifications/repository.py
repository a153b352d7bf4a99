"""SQL on notifications. Every statement names the recipient: nobody reads or marks somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Interval, Uuid, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from contracts.events import NotificationKind, NotificationTriggered
from kit.db import Queryable, Row, Statement
from subgraphs.notifications.models import Notification
from subgraphs.notifications.tables import notifications

_OF_RECIPIENT = notifications.c.recipient_id == bindparam("of_recipient")
_IS_UNREAD = notifications.c.read_at.is_(None)
_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
_ROW = [column for column in notifications.c if column.name != "dedupe_key"]

_ADD = Statement(
    insert(notifications)
    .values(
        {
            name: bindparam(name)
            for name in (
                "notification_id",
                "recipient_id",
                "kind",
                "actor_id",
                "video_id",
                "comment_id",
                "dedupe_key",
            )
        }
    )
    .on_conflict_do_nothing()
)
_ID_OF = Statement(
    select(notifications.c.notification_id).where(
        _OF_RECIPIENT, notifications.c.dedupe_key == bindparam("of_key")
    )
)
_FIND = Statement(select(*_ROW).where(_OF_RECIPIENT, notifications.c.notification_id == _IDS))
_NEWEST_FIRST = (
    select(*_ROW)
    .where(_OF_RECIPIENT)
    .order_by(notifications.c.notification_id.desc())
    .limit(bindparam("size"))
)
_FIRST_PAGE = Statement(_NEWEST_FIRST)
_NEXT_PAGE = Statement(_NEWEST_FIRST.where(notifications.c.notification_id < bindparam("after")))
_COUNT_UNREAD = Statement(
    select(func.count()).select_from(
        select(notifications.c.notification_id)
        .where(_OF_RECIPIENT, _IS_UNREAD)
        .limit(bindparam("most"))
        .subquery()
    )
)
_MARK = Statement(
    notifications.update()
    .where(_OF_RECIPIENT, notifications.c.notification_id == _IDS, _IS_UNREAD)
    .values(read_at=func.now())
)
_MARK_UP_TO = Statement(
    notifications.update()
    .where(_OF_RECIPIENT, notifications.c.notification_id <= bindparam("newest"), _IS_UNREAD)
    .values(read_at=func.now())
)
_DROP_OLD = Statement(
    delete(notifications).where(
        notifications.c.created_at < func.now() - bindparam("kept_for", type_=Interval)
    )
)


async def add_notification(db: Queryable, notification_id: UUID, fact: NotificationTriggered) -> UUID:
    """Stores it unless it is there already; the id that it has."""
    added = await db.execute(
        _ADD,
        notification_id=notification_id,
        recipient_id=fact.recipient_id,
        kind=fact.kind.value,
        actor_id=fact.actor_id,
        video_id=fact.video_id,
        comment_id=fact.comment_id,
        dedupe_key=fact.dedupe_key,
    )
    if added:
        return notification_id
    found: UUID = await db.fetch_value(_ID_OF, of_recipient=fact.recipient_id, of_key=fact.dedupe_key)
    return found


async def find_notifications(
    db: Queryable, recipient_id: UUID, ids: Sequence[UUID]
) -> Mapping[UUID, Notification]:
    """Those of the recipient's, by id."""
    rows = await db.fetch(_FIND, of_recipient=recipient_id, ids=ids)
    return {row["notification_id"]: _notification(row) for row in rows}


async def notification_page(
    db: Queryable, recipient_id: UUID, size: int, after: UUID | None
) -> list[Notification]:
    """Newest first, after a notification."""
    if after is None:
        rows = await db.fetch(_FIRST_PAGE, of_recipient=recipient_id, size=size)
    else:
        rows = await db.fetch(_NEXT_PAGE, of_recipient=recipient_id, size=size, after=after)
    return [_notification(row) for row in rows]


async def count_unread(db: Queryable, recipient_id: UUID, *, most: int) -> int:
    """Up to ``most``."""
    return int(await db.fetch_value(_COUNT_UNREAD, of_recipient=recipient_id, most=most))


async def mark_read(db: Queryable, recipient_id: UUID, ids: Sequence[UUID]) -> int:
    """How many were unread."""
    return await db.execute(_MARK, of_recipient=recipient_id, ids=ids)


async def mark_read_up_to(db: Queryable, recipient_id: UUID, newest: UUID) -> int:
    """Marks a notification and all older ones; how many were unread."""
    return await db.execute(_MARK_UP_TO, of_recipient=recipient_id, newest=newest)


async def drop_old(db: Queryable, *, kept_for: timedelta) -> int:
    return await db.execute(_DROP_OLD, kept_for=kept_for)


def _notification(row: Row) -> Notification:
    values: dict[str, Any] = dict(row)
    return Notification(**{**values, "kind": NotificationKind(values["kind"])})
