"""Mutation fields of the notifications subgraph: parse, call the verb, shape the payload."""

from enum import Enum
from uuid import UUID

import strawberry

from contracts import ids
from kit.graphql.fields import idempotency_key, no_user_errors
from kit.graphql.ids import read_id
from kit.graphql.mutation import InTransaction, UserErrorType
from subgraphs.notifications import repository, service
from subgraphs.notifications.loaders import NotificationsInfo
from subgraphs.notifications.models import LIMITS

_KEY = "Accepted as everywhere; marking twice is marking."


@strawberry.enum(description="Why notifications were not marked.")
class MarkNotificationsReadErrorCode(Enum):
    NOTIFICATION_NOT_FOUND = strawberry.enum_value(
        "NOTIFICATION_NOT_FOUND", description="One of them is unknown or not yours; none was marked."
    )
    TOO_MANY_IDS = strawberry.enum_value("TOO_MANY_IDS", description="Name 100 at most.")


@strawberry.input(description="Input of `markNotificationsRead`.")
class MarkNotificationsReadInput:
    notification_ids: list[strawberry.ID] = strawberry.field(description="TypeIDs, `ntf_…`; 100 at most.")
    idempotency_key: str | None = idempotency_key(_KEY)


@strawberry.type(description="Answer of `markNotificationsRead`.")
class MarkNotificationsReadPayload:
    unread_count: int | None = strawberry.field(default=None, description="How many are left unread.")
    user_errors: list[UserErrorType[MarkNotificationsReadErrorCode]] = no_user_errors()


@strawberry.enum(description="Why notifications were not marked.")
class MarkAllNotificationsReadErrorCode(Enum):
    NOTIFICATION_NOT_FOUND = strawberry.enum_value(
        "NOTIFICATION_NOT_FOUND", description="It is unknown or not yours; none was marked."
    )


@strawberry.input(description="Input of `markAllNotificationsRead`.")
class MarkAllNotificationsReadInput:
    up_to_notification_id: strawberry.ID = strawberry.field(
        description="The newest that you have seen, `ntf_…`; what came since stays unread."
    )
    idempotency_key: str | None = idempotency_key(_KEY)


@strawberry.type(description="Answer of `markAllNotificationsRead`.")
class MarkAllNotificationsReadPayload:
    unread_count: int | None = strawberry.field(default=None, description="How many are left unread.")
    user_errors: list[UserErrorType[MarkAllNotificationsReadErrorCode]] = no_user_errors()


@strawberry.type
class Mutation:
    @strawberry.mutation(
        extensions=[InTransaction()], description="Mark notifications as read. Needs a signed-in viewer."
    )
    async def mark_notifications_read(
        self, info: NotificationsInfo, input: MarkNotificationsReadInput
    ) -> MarkNotificationsReadPayload:
        recipient_id = _recipient(info)
        wanted = [read_id(ids.NOTIFICATION, notification_id) for notification_id in input.notification_ids]
        await service.mark_read(info.context.transaction, recipient_id, wanted)
        return MarkNotificationsReadPayload(unread_count=await _left(info, recipient_id))

    @strawberry.mutation(
        extensions=[InTransaction()],
        description="Mark a notification and all older ones as read. Needs a signed-in viewer.",
    )
    async def mark_all_notifications_read(
        self, info: NotificationsInfo, input: MarkAllNotificationsReadInput
    ) -> MarkAllNotificationsReadPayload:
        recipient_id = _recipient(info)
        newest = read_id(ids.NOTIFICATION, input.up_to_notification_id)
        await service.mark_read_up_to(info.context.transaction, recipient_id, newest)
        return MarkAllNotificationsReadPayload(unread_count=await _left(info, recipient_id))


def _recipient(info: NotificationsInfo) -> UUID:
    user_id = info.context.signed_in().user_id
    assert user_id is not None
    return user_id


async def _left(info: NotificationsInfo, recipient_id: UUID) -> int:
    return await repository.count_unread(info.context.transaction, recipient_id, most=LIMITS.unread_counted)
