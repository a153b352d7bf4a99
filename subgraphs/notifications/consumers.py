"""Facts that notifications reacts to. The handler may run twice for the same fact."""

from __future__ import annotations

from contracts import ids
from contracts.channels import notifications_channel
from contracts.events import Envelope, Event, NotificationTriggered
from contracts.ids import new_id
from kit.bus import ConsumerGroup
from kit.resources import Resources
from subgraphs.notifications import repository


def consumer_group(resources: Resources) -> ConsumerGroup:
    """Stores what was triggered, then tells the recipient's open sockets; twice is once, told twice."""

    async def on_triggered(_: Envelope, event: Event) -> None:
        assert isinstance(event, NotificationTriggered)
        if event.actor_id == event.recipient_id:
            return
        async with resources.database.transaction() as tx:
            notification_id = await repository.add_notification(tx, new_id(), event)
        hint = {
            "type": "NotificationCreated",
            "notificationId": ids.encode_id(ids.NOTIFICATION, notification_id),
        }
        await resources.pubsub.publish(notifications_channel(event.recipient_id), hint)

    return ConsumerGroup("notifications", {NotificationTriggered: on_triggered})
