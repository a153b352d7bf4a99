"""Query fields of the notifications subgraph."""

from typing import Annotated
from uuid import UUID

import strawberry

from kit.graphql.connections import Connection, connect, decode_cursor, encode_cursor, page_size
from subgraphs.notifications import models, repository
from subgraphs.notifications.loaders import NotificationsInfo
from subgraphs.notifications.models import LIMITS
from subgraphs.notifications.types import Notification


@strawberry.type
class Query:
    @strawberry.federation.field(
        tags=["viewer"], description="What happened to you, newest first. Needs a signed-in viewer."
    )
    async def notifications(
        self,
        info: NotificationsInfo,
        first: Annotated[
            int | None, strawberry.argument(description="How many, 1 to 100; 20 when left out.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="Cursor after which to go on.")] = None,
    ) -> Connection[Notification]:
        size = page_size(first)
        position = decode_cursor(after, 1)
        rows = await repository.notification_page(
            info.context.resources.database,
            _viewer_id(info),
            size + 1,
            None if position is None else UUID(hex=str(position[0])),
        )
        return connect(rows, size, after=after, cursor=_cursor, node=Notification.of)

    @strawberry.federation.field(
        tags=["viewer"],
        description="How many you have not read; it stops at 1000. Needs a signed-in viewer.",
    )
    async def unread_notification_count(self, info: NotificationsInfo) -> int:
        return await unread_count(info)


async def unread_count(info: NotificationsInfo) -> int:
    """Of the viewer's."""
    return await repository.count_unread(
        info.context.resources.database, _viewer_id(info), most=LIMITS.unread_counted
    )


def _viewer_id(info: NotificationsInfo) -> UUID:
    user_id = info.context.signed_in().user_id
    assert user_id is not None
    return user_id


def _cursor(row: models.Notification) -> str:
    return encode_cursor(row.notification_id.hex)
