"""The verbs of the notifications domain. Each writes in the caller's transaction and commits nothing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from kit.db import Transaction
from subgraphs.notifications import repository
from subgraphs.notifications.errors import NotificationNotFoundError, TooManyIdsError
from subgraphs.notifications.models import LIMITS


async def mark_read(tx: Transaction, recipient_id: UUID, ids: Sequence[UUID]) -> None:
    """All or none. Raises TooManyIdsError, NotificationNotFoundError."""
    if len(ids) > LIMITS.ids_at_once:
        raise TooManyIdsError
    found = await repository.find_notifications(tx, recipient_id, ids)
    if set(ids) - set(found):
        raise NotificationNotFoundError("notification_ids")
    await repository.mark_read(tx, recipient_id, ids)


async def mark_read_up_to(tx: Transaction, recipient_id: UUID, newest: UUID) -> None:
    """A notification and all older ones; what came since stays unread. Raises NotificationNotFoundError."""
    if newest not in await repository.find_notifications(tx, recipient_id, [newest]):
        raise NotificationNotFoundError("up_to_notification_id")
    await repository.mark_read_up_to(tx, recipient_id, newest)
