"""Object types of the notifications subgraph: Notification is ours; User, Video and Comment are named by id."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from contracts import ids
from contracts.events import NotificationKind as Kind
from kit.graphql.ids import find_id
from kit.graphql.loading import load_known
from subgraphs.notifications import models
from subgraphs.notifications.loaders import NotificationsInfo

_BY_ID = Key(fields=FieldSet("id"), resolvable=False)


def _kind(kind: Kind, description: str) -> str:
    return strawberry.enum_value(kind.value, description=description)  # type: ignore[return-value]


@strawberry.enum(description="What happened.")
class NotificationKind(Enum):
    VIDEO_LIKED = _kind(Kind.VIDEO_LIKED, "Somebody likes your video.")
    VIDEO_COMMENTED = _kind(Kind.VIDEO_COMMENTED, "Somebody commented on your video.")
    COMMENT_REPLIED = _kind(Kind.COMMENT_REPLIED, "Somebody answered your comment.")
    USER_FOLLOWED = _kind(Kind.USER_FOLLOWED, "Somebody follows you.")
    VIDEO_PUBLISHED = _kind(Kind.VIDEO_PUBLISHED, "Somebody whom you follow published a video.")
    VIDEO_FAILED = _kind(Kind.VIDEO_FAILED, "Your upload could not become a video.")


@strawberry.federation.type(keys=[_BY_ID], description="A person on the platform.")
class User:
    id: strawberry.ID = strawberry.field(description="TypeID, `usr_…`.")


@strawberry.federation.type(keys=[_BY_ID], description="A short video.")
class Video:
    id: strawberry.ID = strawberry.field(description="TypeID, `vid_…`.")


@strawberry.federation.type(keys=[_BY_ID], description="A comment under a video, or a reply to one.")
class Comment:
    id: strawberry.ID = strawberry.field(description="TypeID, `cmt_…`.")


@strawberry.federation.type(keys=["id"], description="Something that happened to you; only you can read it.")
class Notification:
    id: strawberry.ID = strawberry.field(description="TypeID, `ntf_…`.")
    kind: NotificationKind = strawberry.field(description="What happened.")
    actor: User | None = strawberry.field(description="Who did it; null when the platform speaks.")
    video: Video | None = strawberry.field(description="The video that it is about.")
    comment: Comment | None = strawberry.field(description="The comment that it is about.")
    created_at: datetime = strawberry.field(description="When it happened.")
    is_read: bool = strawberry.field(description="Whether you marked it as read.")

    @classmethod
    def of(cls, row: models.Notification) -> "Notification":
        return cls(
            id=_id(ids.NOTIFICATION, row.notification_id),
            kind=NotificationKind(row.kind.value),
            actor=User(id=_id(ids.USER, row.actor_id)) if row.actor_id else None,
            video=Video(id=_id(ids.VIDEO, row.video_id)) if row.video_id else None,
            comment=Comment(id=_id(ids.COMMENT, row.comment_id)) if row.comment_id else None,
            created_at=row.created_at,
            is_read=row.read_at is not None,
        )

    @classmethod
    async def load_entities(
        cls, info: NotificationsInfo, representations: Sequence[Mapping[str, Any]]
    ) -> "list[Notification | None]":
        wanted = [find_id(ids.NOTIFICATION, each["id"]) for each in representations]
        rows = await load_known(info.context.loaders.notification_by_id, wanted)
        return [None if row is None else cls.of(row) for row in rows]


def _id(prefix: str, value: UUID) -> strawberry.ID:
    return strawberry.ID(ids.encode_id(prefix, value))
