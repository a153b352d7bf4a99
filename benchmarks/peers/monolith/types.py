"""The schema: the parts of the platform's graph that the two operations ask for."""

from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

import strawberry

from benchmarks.peers.monolith import models
from benchmarks.peers.monolith.loaders import Viewer
from contracts.ids import encode_id

Info: TypeAlias = strawberry.Info[dict[str, Any], None]


@strawberry.type
class User:
    user_id: strawberry.Private[UUID]
    id: strawberry.ID
    handle: str
    display_name: str
    avatar_url: str | None

    @strawberry.field
    async def viewer_is_following(self, info: Info) -> bool:
        return await _viewer(info).is_following.load(self.user_id)


@strawberry.type
class Video:
    video_id: strawberry.Private[UUID]
    id: strawberry.ID
    title: str
    playlist_url: str | None
    thumbnail_urls: list[str]
    duration_ms: int | None
    published_at: datetime
    author: User
    view_count: int
    like_count: int
    comment_count: int
    share_count: int
    save_count: int

    @strawberry.field
    async def viewer_has_liked(self, info: Info) -> bool:
        return await _viewer(info).has_liked.load(self.video_id)

    @strawberry.field
    async def viewer_has_saved(self, info: Info) -> bool:
        return await _viewer(info).has_saved.load(self.video_id)


@strawberry.type
class FeedEdge:
    cursor: str
    node: Video


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class FeedConnection:
    edges: list[FeedEdge]
    page_info: PageInfo


@strawberry.enum
class LikeVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = "VIDEO_NOT_FOUND"


@strawberry.type
class LikeVideoUserError:
    code: LikeVideoErrorCode
    message: str
    field: list[str] | None


@strawberry.input
class LikeVideoInput:
    video_id: strawberry.ID


@strawberry.input
class UnlikeVideoInput:
    video_id: strawberry.ID


@strawberry.type
class LikeVideoPayload:
    video: Video | None
    user_errors: list[LikeVideoUserError]


def present_video(row: models.Video, origin: str) -> Video:
    counters = row.counters
    return Video(
        video_id=row.video_id,
        id=strawberry.ID(encode_id("vid", row.video_id)),
        title=row.title,
        playlist_url=f"{origin}/videos/{row.playlist_key}" if row.playlist_key else None,
        thumbnail_urls=[f"{origin}/thumbnails/{key}" for key in row.thumbnail_keys],
        duration_ms=row.duration_ms,
        published_at=row.published_at,
        author=_present_user(row.author, origin),
        view_count=counters.view_count if counters else 0,
        like_count=counters.like_count if counters else 0,
        comment_count=counters.comment_count if counters else 0,
        share_count=counters.share_count if counters else 0,
        save_count=counters.save_count if counters else 0,
    )


def _present_user(row: models.Profile, origin: str) -> User:
    return User(
        user_id=row.user_id,
        id=strawberry.ID(encode_id("usr", row.user_id)),
        handle=row.handle,
        display_name=row.display_name,
        avatar_url=f"{origin}/avatars/{row.avatar_key}" if row.avatar_key else None,
    )


def _viewer(info: Info) -> Viewer:
    viewer: Viewer = info.context["viewer"]
    return viewer
