"""The gates of the videos domain: who may see a video, who may change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from contracts.events import Visibility
from contracts.playback import Access
from kit.db import Queryable
from subgraphs.videos.errors import UploadNotFoundError, VideoNotFoundError
from subgraphs.videos.models import ModerationStatus, Upload, Video, VideoStatus
from subgraphs.videos.repository import friendships, uploads, videos

_FILES: Final = {
    Visibility.PUBLIC: Access.OPEN,
    Visibility.FRIENDS: Access.FRIENDS,
    Visibility.PRIVATE: Access.PRIVATE,
}


def may_see(video: Video, viewer_id: UUID | None, *, friends: Collection[UUID]) -> bool:
    """Public videos are for everyone, friends-only ones for friends of the author, the rest for the author.

    What is not active is for its author only, and what is deleted for nobody.
    """
    if video.status is VideoStatus.DELETED:
        return False
    if viewer_id is not None and video.author_id == viewer_id:
        return True
    if video.status is not VideoStatus.ACTIVE:
        return False
    visibility = video.metadata.visibility
    return visibility is Visibility.PUBLIC or (
        visibility is Visibility.FRIENDS and video.author_id in friends
    )


def files_access(video: Video) -> Access:
    """Who may read the video's files at the origin; ``may_see`` decides who is told where they are."""
    if video.status is not VideoStatus.ACTIVE or video.moderation_status is ModerationStatus.REJECTED:
        return Access.CLOSED
    return _FILES[video.metadata.visibility]


async def visible_videos(
    db: Queryable, found: Mapping[UUID, Video], viewer_id: UUID | None
) -> Mapping[UUID, Video]:
    """Those that the viewer may see. Asks for friendships only where they matter."""
    authors = {video.author_id for video in found.values() if video.metadata.visibility is Visibility.FRIENDS}
    friends: set[UUID] = set()
    if viewer_id is not None and authors - {viewer_id}:
        friends = await friendships.friends_among(db, viewer_id, list(authors))
    return {
        video_id: video for video_id, video in found.items() if may_see(video, viewer_id, friends=friends)
    }


async def visible_kinds(db: Queryable, author_id: UUID, viewer_id: UUID | None) -> Sequence[Visibility]:
    """Which of the author's videos the viewer may see, by visibility."""
    if viewer_id == author_id:
        return tuple(Visibility)
    if viewer_id is not None and await friendships.friends_among(db, viewer_id, [author_id]):
        return (Visibility.PUBLIC, Visibility.FRIENDS)
    return (Visibility.PUBLIC,)


async def own_video_locked(tx: Queryable, video_id: UUID, viewer_id: UUID) -> Video:
    """The viewer's own video, locked; VideoNotFoundError for another's as for none."""
    video = await videos.lock_video(tx, video_id)
    if video is None or video.author_id != viewer_id or video.status is VideoStatus.DELETED:
        raise VideoNotFoundError
    return video


async def own_upload(db: Queryable, upload_id: UUID, viewer_id: UUID) -> Upload:
    """The viewer's own upload; UploadNotFoundError for another's as for none."""
    upload = (await uploads.find_uploads(db, [upload_id])).get(upload_id)
    if upload is None or upload.author_id != viewer_id:
        raise UploadNotFoundError
    return upload
