"""The gates of the social domain: who may see and react to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from contracts.events import Visibility
from kit.db import Queryable
from subgraphs.social.errors import (
    CommentNotFoundError,
    CommentsDisabledError,
    NotCommentOwnerError,
    UserNotFoundError,
    VideoNotFoundError,
)
from subgraphs.social.models import Comment, KnownVideo
from subgraphs.social.repository import comments, follows, known


async def visible_video(db: Queryable, video_id: UUID, viewer_id: UUID | None) -> KnownVideo:
    """The video, if this viewer may see it; else VideoNotFoundError, whatever the reason."""
    video = await known.find_video(db, video_id)
    if video is None or not await _visible_of(db, [video], viewer_id):
        raise VideoNotFoundError
    return video


async def visible_videos(
    db: Queryable, video_ids: Sequence[UUID], viewer_id: UUID | None
) -> Mapping[UUID, KnownVideo]:
    """Those that the viewer may see.

    Public videos are for everyone, friends-only ones for people who follow each other, the rest for the author.
    """
    return await _visible_of(db, (await known.find_videos(db, video_ids)).values(), viewer_id)


async def _visible_of(
    db: Queryable, videos: Iterable[KnownVideo], viewer_id: UUID | None
) -> Mapping[UUID, KnownVideo]:
    active = [video for video in videos if video.is_active]
    friends = await _friends_among(db, active, viewer_id)
    return {
        video.video_id: video
        for video in active
        if video.visibility is Visibility.PUBLIC
        or video.author_id == viewer_id
        or (video.visibility is Visibility.FRIENDS and video.author_id in friends)
    }


async def _friends_among(db: Queryable, videos: Sequence[KnownVideo], viewer_id: UUID | None) -> set[UUID]:
    """Authors of friends-only videos that the viewer is friends with."""
    authors = {video.author_id for video in videos if video.visibility is Visibility.FRIENDS}
    if viewer_id is None or not authors:
        return set()
    states = await follows.viewer_user_states(db, list(authors), viewer_id)
    return {user_id for user_id, state in states.items() if state.is_following and state.is_follower}


async def known_user(db: Queryable, user_id: UUID) -> None:
    """Raises UserNotFoundError unless somebody registered with this id."""
    if not await known.user_exists(db, user_id):
        raise UserNotFoundError


async def visible_comment(
    db: Queryable, comment_id: UUID, viewer_id: UUID | None, *, field: str = "comment_id"
) -> tuple[Comment, KnownVideo]:
    """A standing comment and its video, if the viewer may see the video; else CommentNotFoundError."""
    found = (await comments.comments_by_id(db, [comment_id])).get(comment_id)
    if found is None or found.deleted_at is not None:
        raise CommentNotFoundError(field)
    try:
        return found, await visible_video(db, found.video_id, viewer_id)
    except VideoNotFoundError:
        raise CommentNotFoundError(field) from None


def may_comment(video: KnownVideo) -> None:
    """Raises CommentsDisabledError."""
    if not video.allow_comments:
        raise CommentsDisabledError


def may_delete_comment(comment: Comment, video: KnownVideo, viewer_id: UUID) -> None:
    """Its author and the video's may; raises NotCommentOwnerError."""
    if viewer_id not in (comment.author_id, video.author_id):
        raise NotCommentOwnerError
