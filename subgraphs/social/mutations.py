"""Mutation fields of the social subgraph: parse, call the verb, shape the payload."""

from enum import Enum
from typing import Protocol
from uuid import UUID

import strawberry

from contracts import ids
from kit.db import Transaction
from kit.eventually import eventually
from kit.graphql.fields import enum_value, idempotency_key, no_user_errors
from kit.graphql.ids import find_id, read_id
from kit.graphql.mutation import Arrival, InTransaction, UserErrorType, once
from subgraphs.social import service
from subgraphs.social.errors import CommentNotFoundError, UserNotFoundError, VideoNotFoundError
from subgraphs.social.loaders import SocialInfo
from subgraphs.social.models import LIMITS
from subgraphs.social.repository import comments, known
from subgraphs.social.types import Comment, User, Video, comment_or_none

_VIDEO_ID = "TypeID of the video, `vid_…`."
_USER_ID = "TypeID of the user, `usr_…`."


_VIDEO_NOT_FOUND = enum_value("VIDEO_NOT_FOUND", "There is no such video for you.")


class _NamesVideo(Protocol):
    video_id: strawberry.ID


class _NamesUser(Protocol):
    user_id: strawberry.ID


async def _video_has_come(info: SocialInfo, given: _NamesVideo) -> bool:
    """Of a video's publication."""
    video_id = read_id(ids.VIDEO, given.video_id)
    db = info.context.resources.database

    async def is_known() -> bool:
        return await known.find_video(db, video_id) is not None

    return not await is_known() and await eventually(is_known)


async def _user_has_come(info: SocialInfo, given: _NamesUser) -> bool:
    """Of a registration."""
    user_id = read_id(ids.USER, given.user_id)
    db = info.context.resources.database
    return not await known.user_exists(db, user_id) and await eventually(
        lambda: known.user_exists(db, user_id)
    )


_VIDEO = Arrival(VideoNotFoundError, _video_has_come)
_USER = Arrival(UserNotFoundError, _user_has_come)


class Limited:
    """A step before the transaction: takes a token from the viewer's bucket, or RATE_LIMITED."""

    def __init__(self, action: str, *, limit: int, per_s: int) -> None:
        self._action = action
        self._limit = limit
        self._per_s = per_s

    async def __call__(self, info: SocialInfo, _: object) -> None:
        subject = str(info.context.signed_in().user_id)
        await info.context.resources.limiter.take(self._action, subject, limit=self._limit, per_s=self._per_s)


_LIKES = Limited("like", limit=LIMITS.likes_per_hour, per_s=3600)
_SAVES = Limited("save", limit=LIMITS.likes_per_hour, per_s=3600)
_COMMENTS = Limited("comment", limit=LIMITS.comments_per_minute, per_s=60)
_FOLLOWS = Limited("follow", limit=LIMITS.follows_per_hour, per_s=3600)
_SHARES = Limited("share", limit=LIMITS.shares_per_hour, per_s=3600)
_VIEWS = Limited("view", limit=LIMITS.views_per_minute, per_s=60)


@strawberry.enum(description="Why `likeVideo` was not done.")
class LikeVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND


@strawberry.input(description="Input of `likeVideo`.")
class LikeVideoInput:
    video_id: strawberry.ID = strawberry.field(description=_VIDEO_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `likeVideo`.")
class LikeVideoPayload:
    video: Video | None = strawberry.field(default=None, description="The video, as it is now.")
    user_errors: list[UserErrorType[LikeVideoErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `unlikeVideo` was not done.")
class UnlikeVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND


@strawberry.input(description="Input of `unlikeVideo`.")
class UnlikeVideoInput:
    video_id: strawberry.ID = strawberry.field(description=_VIDEO_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `unlikeVideo`.")
class UnlikeVideoPayload:
    video: Video | None = strawberry.field(default=None, description="The video, as it is now.")
    user_errors: list[UserErrorType[UnlikeVideoErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `saveVideo` was not done.")
class SaveVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND


@strawberry.input(description="Input of `saveVideo`.")
class SaveVideoInput:
    video_id: strawberry.ID = strawberry.field(description=_VIDEO_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `saveVideo`.")
class SaveVideoPayload:
    video: Video | None = strawberry.field(default=None, description="The video, as it is now.")
    user_errors: list[UserErrorType[SaveVideoErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `unsaveVideo` was not done.")
class UnsaveVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND


@strawberry.input(description="Input of `unsaveVideo`.")
class UnsaveVideoInput:
    video_id: strawberry.ID = strawberry.field(description=_VIDEO_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `unsaveVideo`.")
class UnsaveVideoPayload:
    video: Video | None = strawberry.field(default=None, description="The video, as it is now.")
    user_errors: list[UserErrorType[UnsaveVideoErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `shareVideo` was not done.")
class ShareVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND
    INVALID_SHARE_CHANNEL = enum_value("INVALID_SHARE_CHANNEL", "The channel is no short lower-case word.")


@strawberry.input(description="Input of `shareVideo`.")
class ShareVideoInput:
    video_id: strawberry.ID = strawberry.field(description=_VIDEO_ID)
    channel: str = strawberry.field(default="link", description="How it was passed on: `link`, `message`, ….")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `shareVideo`.")
class ShareVideoPayload:
    video: Video | None = strawberry.field(default=None, description="The video, as it is now.")
    user_errors: list[UserErrorType[ShareVideoErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `recordView` was not done.")
class RecordViewErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND
    INVALID_WATCH_TIME = enum_value("INVALID_WATCH_TIME", "The watch time is negative or over an hour.")


@strawberry.input(description="Input of `recordView`.")
class RecordViewInput:
    video_id: strawberry.ID = strawberry.field(description=_VIDEO_ID)
    watched_ms: int = strawberry.field(description="How long it was on screen, in milliseconds.")
    is_completed: bool = strawberry.field(default=False, description="Whether it ran to its end.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `recordView`.")
class RecordViewPayload:
    video: Video | None = strawberry.field(default=None, description="The video, as it is now.")
    user_errors: list[UserErrorType[RecordViewErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `addComment` was not done.")
class AddCommentErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND
    COMMENT_NOT_FOUND = enum_value("COMMENT_NOT_FOUND", "There is no such comment to reply to.")
    COMMENTS_DISABLED = enum_value("COMMENTS_DISABLED", "The creator has turned comments off.")
    COMMENT_EMPTY = enum_value("COMMENT_EMPTY", "There is no text.")
    COMMENT_TOO_LONG = enum_value("COMMENT_TOO_LONG", "The text is over 1000 characters.")
    REPLY_TO_REPLY = enum_value("REPLY_TO_REPLY", "Replies are one level deep, under the same video.")


@strawberry.input(description="Input of `addComment`.")
class AddCommentInput:
    video_id: strawberry.ID = strawberry.field(description=_VIDEO_ID)
    body: str = strawberry.field(description="The text, 1 to 1000 characters.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The comment to reply to, `cmt_…`."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `addComment`.")
class AddCommentPayload:
    comment: Comment | None = strawberry.field(default=None, description="The new comment.")
    user_errors: list[UserErrorType[AddCommentErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `deleteComment` was not done.")
class DeleteCommentErrorCode(Enum):
    COMMENT_NOT_FOUND = enum_value("COMMENT_NOT_FOUND", "There is no such comment for you.")
    NOT_COMMENT_OWNER = enum_value("NOT_COMMENT_OWNER", "It is neither your comment nor under your video.")


@strawberry.input(description="Input of `deleteComment`.")
class DeleteCommentInput:
    comment_id: strawberry.ID = strawberry.field(description="TypeID of the comment, `cmt_…`.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `deleteComment`.")
class DeleteCommentPayload:
    video: Video | None = strawberry.field(default=None, description="The video it stood under.")
    user_errors: list[UserErrorType[DeleteCommentErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `followUser` was not done.")
class FollowUserErrorCode(Enum):
    USER_NOT_FOUND = enum_value("USER_NOT_FOUND", "There is no such user.")
    CANNOT_FOLLOW_SELF = enum_value("CANNOT_FOLLOW_SELF", "That is you.")


@strawberry.input(description="Input of `followUser`.")
class FollowUserInput:
    user_id: strawberry.ID = strawberry.field(description=_USER_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `followUser`.")
class FollowUserPayload:
    user: User | None = strawberry.field(default=None, description="The user, as they are now.")
    user_errors: list[UserErrorType[FollowUserErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `unfollowUser` was not done.")
class UnfollowUserErrorCode(Enum):
    USER_NOT_FOUND = enum_value("USER_NOT_FOUND", "There is no such user.")


@strawberry.input(description="Input of `unfollowUser`.")
class UnfollowUserInput:
    user_id: strawberry.ID = strawberry.field(description=_USER_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `unfollowUser`.")
class UnfollowUserPayload:
    user: User | None = strawberry.field(default=None, description="The user, as they are now.")
    user_errors: list[UserErrorType[UnfollowUserErrorCode]] = no_user_errors()


@strawberry.type
class Mutation:
    @strawberry.mutation(extensions=[InTransaction(_LIKES, arrival=_VIDEO)], description="Likes a video.")
    async def like_video(self, info: SocialInfo, input: LikeVideoInput) -> LikeVideoPayload:
        viewer, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)
        await once(info, input, lambda tx: service.like_video(tx, viewer, video_id))
        return LikeVideoPayload(video=Video.of(video_id))

    @strawberry.mutation(extensions=[InTransaction(_LIKES, arrival=_VIDEO)], description="Takes a like back.")
    async def unlike_video(self, info: SocialInfo, input: UnlikeVideoInput) -> UnlikeVideoPayload:
        viewer, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)
        await once(info, input, lambda tx: service.unlike_video(tx, viewer, video_id))
        return UnlikeVideoPayload(video=Video.of(video_id))

    @strawberry.mutation(
        extensions=[InTransaction(_SAVES, arrival=_VIDEO)], description="Puts a video on your saved list."
    )
    async def save_video(self, info: SocialInfo, input: SaveVideoInput) -> SaveVideoPayload:
        viewer, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)
        await once(info, input, lambda tx: service.save_video(tx, viewer, video_id))
        return SaveVideoPayload(video=Video.of(video_id))

    @strawberry.mutation(
        extensions=[InTransaction(_SAVES, arrival=_VIDEO)], description="Takes a video off your saved list."
    )
    async def unsave_video(self, info: SocialInfo, input: UnsaveVideoInput) -> UnsaveVideoPayload:
        viewer, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)
        await once(info, input, lambda tx: service.unsave_video(tx, viewer, video_id))
        return UnsaveVideoPayload(video=Video.of(video_id))

    @strawberry.mutation(
        extensions=[InTransaction(_SHARES, arrival=_VIDEO)], description="Counts that you passed a video on."
    )
    async def share_video(self, info: SocialInfo, input: ShareVideoInput) -> ShareVideoPayload:
        viewer, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)
        await once(info, input, lambda tx: service.share_video(tx, viewer, video_id, input.channel))
        return ShareVideoPayload(video=Video.of(video_id))

    @strawberry.mutation(
        extensions=[InTransaction(_VIEWS, arrival=_VIDEO)], description="Counts that you watched a video."
    )
    async def record_view(self, info: SocialInfo, input: RecordViewInput) -> RecordViewPayload:
        viewer, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)
        await once(
            info,
            input,
            lambda tx: service.record_view(
                tx, viewer, video_id, input.watched_ms, is_completed=input.is_completed
            ),
        )
        return RecordViewPayload(video=Video.of(video_id))

    @strawberry.mutation(
        extensions=[InTransaction(_COMMENTS, arrival=_VIDEO)],
        description="Writes a comment under a video, or a reply to one.",
    )
    async def add_comment(self, info: SocialInfo, input: AddCommentInput) -> AddCommentPayload:
        viewer, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)
        parent_id = None if input.parent_id is None else find_id(ids.COMMENT, input.parent_id)
        if input.parent_id is not None and parent_id is None:
            raise CommentNotFoundError("parent_id")

        async def verb(tx: Transaction) -> str:
            return str(await service.add_comment(tx, viewer, video_id, input.body, parent_id))

        comment_id = UUID(await once(info, input, verb))
        written = (await comments.comments_by_id(info.context.transaction, [comment_id])).get(comment_id)
        return AddCommentPayload(comment=comment_or_none(written))

    @strawberry.mutation(
        extensions=[InTransaction()], description="Deletes a comment of yours or under your video."
    )
    async def delete_comment(
        self,
        info: SocialInfo,
        input: DeleteCommentInput,
    ) -> DeleteCommentPayload:
        viewer, comment_id = _viewer_id(info), read_id(ids.COMMENT, input.comment_id)

        async def verb(tx: Transaction) -> str:
            return str(await service.delete_comment(tx, viewer, comment_id))

        return DeleteCommentPayload(video=Video.of(UUID(await once(info, input, verb))))

    @strawberry.mutation(extensions=[InTransaction(_FOLLOWS, arrival=_USER)], description="Follows a user.")
    async def follow_user(self, info: SocialInfo, input: FollowUserInput) -> FollowUserPayload:
        viewer, user_id = _viewer_id(info), read_id(ids.USER, input.user_id)
        await once(info, input, lambda tx: service.follow_user(tx, viewer, user_id))
        return FollowUserPayload(user=User.of(user_id))

    @strawberry.mutation(
        extensions=[InTransaction(_FOLLOWS, arrival=_USER)], description="Stops following a user."
    )
    async def unfollow_user(self, info: SocialInfo, input: UnfollowUserInput) -> UnfollowUserPayload:
        viewer, user_id = _viewer_id(info), read_id(ids.USER, input.user_id)
        await once(info, input, lambda tx: service.unfollow_user(tx, viewer, user_id))
        return UnfollowUserPayload(user=User.of(user_id))


def _viewer_id(info: SocialInfo) -> UUID:
    viewer_id = info.context.signed_in().user_id
    assert viewer_id is not None, "signed_in() gives somebody"
    return viewer_id
