"""The verbs of the social domain. Each writes rows and facts in the caller's transaction and commits nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

from contracts.events import (
    CommentAdded,
    CommentDeleted,
    NotificationKind,
    NotificationTriggered,
    UserFollowed,
    UserUnfollowed,
    VideoLiked,
    VideoSaved,
    VideoShared,
    VideoUnliked,
    VideoUnsaved,
    VideoViewed,
)
from contracts.ids import new_id
from kit.db import Transaction
from subgraphs.social import access
from subgraphs.social.errors import (
    CommentTooLongError,
    EmptyCommentError,
    InvalidShareChannelError,
    InvalidWatchTimeError,
    ReplyDepthError,
    SelfFollowError,
)
from subgraphs.social.models import LIMITS, Comment, KnownVideo, Reaction, VideoCounters
from subgraphs.social.repository import comments, counters, follows, reactions

_SHARE_CHANNEL = re.compile(rf"[a-z0-9_-]{{1,{LIMITS.share_channel_length}}}")
_MAX_WATCHED_MS = 3_600_000


async def like_video(tx: Transaction, viewer_id: UUID, video_id: UUID) -> None:
    """Likes the video; liking twice is liking once. The creator hears of it once."""
    video = await access.visible_video(tx, video_id, viewer_id)
    counts = await reactions.add_reaction(tx, Reaction.LIKE, video_id, viewer_id)
    if counts is None:
        return
    await tx.emit(VideoLiked(**_counted(video, viewer_id, counts)))
    await _tell(
        tx,
        NotificationKind.VIDEO_LIKED,
        video.author_id,
        viewer_id,
        video_id=video_id,
        dedupe_key=f"like:{video_id}:{viewer_id}",
    )


async def unlike_video(tx: Transaction, viewer_id: UUID, video_id: UUID) -> None:
    """Takes a like back; none is none."""
    video = await access.visible_video(tx, video_id, viewer_id)
    counts = await reactions.remove_reaction(tx, Reaction.LIKE, video_id, viewer_id)
    if counts is not None:
        await tx.emit(VideoUnliked(**_counted(video, viewer_id, counts)))


async def save_video(tx: Transaction, viewer_id: UUID, video_id: UUID) -> None:
    """Puts the video on the viewer's saved list."""
    video = await access.visible_video(tx, video_id, viewer_id)
    counts = await reactions.add_reaction(tx, Reaction.SAVE, video_id, viewer_id)
    if counts is not None:
        await tx.emit(VideoSaved(**_counted(video, viewer_id, counts)))


async def unsave_video(tx: Transaction, viewer_id: UUID, video_id: UUID) -> None:
    """Takes the video off the saved list."""
    video = await access.visible_video(tx, video_id, viewer_id)
    counts = await reactions.remove_reaction(tx, Reaction.SAVE, video_id, viewer_id)
    if counts is not None:
        await tx.emit(VideoUnsaved(**_counted(video, viewer_id, counts)))


async def share_video(tx: Transaction, viewer_id: UUID, video_id: UUID, channel: str) -> None:
    """Counts one share by ``channel`` (``link``, ``message``, …)."""
    if not _SHARE_CHANNEL.fullmatch(channel):
        raise InvalidShareChannelError
    video = await access.visible_video(tx, video_id, viewer_id)
    counts = await reactions.add_share(tx, new_id(), video_id, viewer_id, channel)
    await tx.emit(VideoShared(**_counted(video, viewer_id, counts), share_channel=channel))


async def record_view(
    tx: Transaction, viewer_id: UUID, video_id: UUID, watched_ms: int, *, is_completed: bool
) -> None:
    """Counts one view; ``watched_ms`` is how long it was on screen."""
    if not 0 <= watched_ms <= _MAX_WATCHED_MS:
        raise InvalidWatchTimeError
    video = await access.visible_video(tx, video_id, viewer_id)
    counts = await reactions.add_view(
        tx, new_id(), video_id=video_id, user_id=viewer_id, watched_ms=watched_ms, is_completed=is_completed
    )
    counted = _counted(video, viewer_id, counts)
    await tx.emit(VideoViewed(**counted, watched_ms=watched_ms, is_completed=is_completed))


async def add_comment(
    tx: Transaction, viewer_id: UUID, video_id: UUID, body: str, parent_id: UUID | None
) -> UUID:
    """Writes a comment, or a reply to a top-level comment of the same video; its id."""
    text = _comment_text(body)
    video = await access.visible_video(tx, video_id, viewer_id)
    access.may_comment(video)
    parent = await _parent(tx, viewer_id, video_id, parent_id)
    comment_id = new_id()
    await comments.add_comment(
        tx, comment_id, video_id=video_id, author_id=viewer_id, parent_id=parent_id, body=text
    )
    counted = _counted(video, viewer_id, await counters.count_comment(tx, video_id, 1))
    await tx.emit(CommentAdded(**counted, comment_id=comment_id, parent_id=parent_id))
    await _tell_of_comment(tx, video, parent, viewer_id, comment_id)
    return comment_id


async def delete_comment(tx: Transaction, viewer_id: UUID, comment_id: UUID) -> UUID:
    """Soft-deletes a comment; replies under it stay. The id of its video."""
    comment, video = await access.visible_comment(tx, comment_id, viewer_id)
    access.may_delete_comment(comment, video, viewer_id)
    if await comments.delete_comment(tx, comment):
        counted = _counted(video, viewer_id, await counters.count_comment(tx, video.video_id, -1))
        await tx.emit(CommentDeleted(**counted, comment_id=comment_id, parent_id=comment.parent_id))
    return video.video_id


async def follow_user(tx: Transaction, viewer_id: UUID, user_id: UUID) -> None:
    """Follows the user; following twice is following once."""
    if viewer_id == user_id:
        raise SelfFollowError
    await access.known_user(tx, user_id)
    if not await follows.add_follow(tx, viewer_id, user_id):
        return
    await follows.count_follow(tx, viewer_id, user_id, 1)
    await tx.emit(UserFollowed(follower_id=viewer_id, followee_id=user_id, occurred_at=datetime.now(UTC)))
    await _tell(
        tx,
        NotificationKind.USER_FOLLOWED,
        user_id,
        viewer_id,
        dedupe_key=f"follow:{viewer_id}",
    )


async def unfollow_user(tx: Transaction, viewer_id: UUID, user_id: UUID) -> None:
    """Stops following; none is none."""
    await access.known_user(tx, user_id)
    if await follows.remove_follow(tx, viewer_id, user_id):
        await follows.count_follow(tx, viewer_id, user_id, -1)
        await tx.emit(
            UserUnfollowed(follower_id=viewer_id, followee_id=user_id, occurred_at=datetime.now(UTC))
        )


def _comment_text(body: str) -> str:
    text = body.strip().replace("\x00", "")
    if not text:
        raise EmptyCommentError
    if len(text) > LIMITS.comment_length:
        raise CommentTooLongError
    return text


async def _parent(tx: Transaction, viewer_id: UUID, video_id: UUID, parent_id: UUID | None) -> Comment | None:
    if parent_id is None:
        return None
    parent, video = await access.visible_comment(tx, parent_id, viewer_id, field="parent_id")
    if parent.parent_id is not None or video.video_id != video_id:
        raise ReplyDepthError
    return parent


def _counted(video: KnownVideo, actor_id: UUID, counts: VideoCounters) -> dict[str, object]:
    """The fields that every interaction event carries."""
    return {
        "video_id": video.video_id,
        "author_id": video.author_id,
        "actor_id": actor_id,
        "view_count": counts.view_count,
        "like_count": counts.like_count,
        "comment_count": counts.comment_count,
        "share_count": counts.share_count,
        "save_count": counts.save_count,
        "revision": counts.revision,
    }


async def _tell_of_comment(
    tx: Transaction, video: KnownVideo, parent: Comment | None, actor_id: UUID, comment_id: UUID
) -> None:
    """The creator hears of a comment; of a reply, the one replied to."""
    kind = NotificationKind.COMMENT_REPLIED if parent else NotificationKind.VIDEO_COMMENTED
    recipient_id = parent.author_id if parent else video.author_id
    await _tell(
        tx,
        kind,
        recipient_id,
        actor_id,
        video_id=video.video_id,
        comment_id=comment_id,
        dedupe_key=f"comment:{comment_id}",
    )


async def _tell(
    tx: Transaction,
    kind: NotificationKind,
    recipient_id: UUID,
    actor_id: UUID,
    *,
    dedupe_key: str,
    video_id: UUID | None = None,
    comment_id: UUID | None = None,
) -> None:
    """Asks for a notification, but nobody is told of what they did themselves."""
    if recipient_id == actor_id:
        return
    await tx.emit(
        NotificationTriggered(
            recipient_id=recipient_id,
            kind=kind,
            actor_id=actor_id,
            video_id=video_id,
            comment_id=comment_id,
            dedupe_key=dedupe_key,
        )
    )
