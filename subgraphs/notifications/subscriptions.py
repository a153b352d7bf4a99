"""Subscription fields of the notifications subgraph."""

from collections.abc import AsyncGenerator

import strawberry

from contracts import ids
from contracts.channels import notifications_channel
from kit.graphql.ids import read_id
from subgraphs.notifications import repository
from subgraphs.notifications.loaders import NotificationsInfo
from subgraphs.notifications.models import LIMITS
from subgraphs.notifications.types import Notification


@strawberry.type(description="Something has just happened to you.")
class NotificationReceived:
    notification: Notification = strawberry.field(description="What happened.")
    unread_count: int = strawberry.field(description="How many you have not read; it stops at 1000.")


@strawberry.type
class Subscription:
    @strawberry.subscription(description="Your notifications, as they come. Needs a signed-in viewer.")
    async def notification_received(
        self, info: NotificationsInfo
    ) -> AsyncGenerator[NotificationReceived, None]:
        user_id = info.context.signed_in().user_id
        assert user_id is not None
        async for event in info.context.events(notifications_channel(user_id)):
            notification_id = read_id(ids.NOTIFICATION, event["notificationId"])
            row = await info.context.loaders.notification_by_id.load(notification_id)
            if row is None:
                continue
            db = info.context.resources.database
            unread = await repository.count_unread(db, user_id, most=LIMITS.unread_counted)
            yield NotificationReceived(notification=Notification.of(row), unread_count=unread)
