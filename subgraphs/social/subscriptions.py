"""Subscription fields of the social subgraph."""

from collections.abc import AsyncGenerator
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from contracts import ids
from contracts.channels import video_engagement_channel
from contracts.events import Visibility
from kit.errors import NotFoundError
from kit.graphql.ids import read_id
from subgraphs.social import access
from subgraphs.social.errors import VideoNotFoundError
from subgraphs.social.loaders import SocialInfo
from subgraphs.social.types import Comment, User, Video, comment_or_none


@strawberry.enum(description="What happened to a video.")
class EngagementKind(Enum):
    LIKED = strawberry.enum_value("VideoLiked", description="Somebody likes it.")
    UNLIKED = strawberry.enum_value("VideoUnliked", description="Somebody took a like back.")
    SAVED = strawberry.enum_value("VideoSaved", description="Somebody saved it.")
    UNSAVED = strawberry.enum_value("VideoUnsaved", description="Somebody took it off their saved list.")
    SHARED = strawberry.enum_value("VideoShared", description="Somebody passed it on.")
    VIEWED = strawberry.enum_value("VideoViewed", description="Somebody watched it.")
    COMMENTED = strawberry.enum_value("CommentAdded", description="A comment or reply was written.")
    COMMENT_DELETED = strawberry.enum_value("CommentDeleted", description="A comment was deleted.")


@strawberry.type(description="Something happened to a video: select what you want to re-read of it.")
class VideoEngagementChange:
    kind: EngagementKind = strawberry.field(description="What happened last.")
    video: Video = strawberry.field(description="The video, as it is now.")
    actor: User | None = strawberry.field(description="Who did it.")
    comment_id: strawberry.Private[UUID | None] = None

    @strawberry.field(description="The comment that was added.")
    async def comment(self, info: SocialInfo) -> Comment | None:
        if self.comment_id is None:
            return None
        return comment_or_none(await info.context.loaders.comment_by_id.load(self.comment_id))


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Likes, comments, shares, saves and views of a video, as they happen."
    )
    async def video_engagement_changed(
        self,
        info: SocialInfo,
        video_id: Annotated[strawberry.ID, strawberry.argument(description="TypeID, `vid_…`.")],
    ) -> AsyncGenerator[VideoEngagementChange, None]:
        wanted = read_id(ids.VIDEO, video_id)
        try:
            video = await access.visible_video(
                info.context.resources.database, wanted, info.context.viewer.user_id
            )
        except VideoNotFoundError as error:
            raise NotFoundError(error.message) from error
        shared = video.visibility is Visibility.PUBLIC
        async for event in info.context.events(video_engagement_channel(wanted), shared=shared):
            comment_id = event.get("commentId")
            yield VideoEngagementChange(
                kind=EngagementKind(event["type"]),
                video=Video.of(wanted),
                actor=User.of(read_id(ids.USER, event["actorId"])) if event.get("actorId") else None,
                comment_id=read_id(ids.COMMENT, comment_id) if comment_id else None,
            )
