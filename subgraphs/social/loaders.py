"""One loader an access path, named by what it gives and its key. They batch within one operation."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

import strawberry

from contracts.viewer import Viewer
from kit.db import Queryable
from kit.graphql.context import RequestContext
from kit.graphql.loading import Loader
from kit.resources import Resources
from subgraphs.social import access
from subgraphs.social.models import (
    Comment,
    Engagement,
    UserCounters,
    ViewerUserState,
)
from subgraphs.social.repository import comments, engagement, follows

ThreadKey = tuple[UUID, UUID | None, int]
"""(video or parent comment, after comment, how many)"""


class EngagementLoader(Loader[UUID, Engagement]):
    """By video id."""

    def __init__(self, db: Queryable, viewer: Viewer) -> None:
        super().__init__()
        self._db = db
        self._viewer = viewer

    async def batch_load_fn(self, keys: list[UUID]) -> list[Engagement]:
        found = await engagement.engagement_of(self._db, keys, self._viewer.user_id)
        return [found[key] for key in keys]


class UserCountersLoader(Loader[UUID, UserCounters]):
    def __init__(self, db: Queryable) -> None:
        super().__init__()
        self._db = db

    async def batch_load_fn(self, keys: list[UUID]) -> list[UserCounters]:
        found = await follows.user_counters_of(self._db, keys)
        return [found.get(key) or UserCounters() for key in keys]


class ViewerUserStateLoader(Loader[UUID, ViewerUserState]):
    """By user id; an anonymous viewer stands in no relation to anyone."""

    def __init__(self, db: Queryable, viewer: Viewer) -> None:
        super().__init__()
        self._db = db
        self._viewer = viewer

    async def batch_load_fn(self, keys: list[UUID]) -> list[ViewerUserState]:
        if self._viewer.user_id is None:
            return [ViewerUserState()] * len(keys)
        found = await follows.viewer_user_states(self._db, keys, self._viewer.user_id)
        return [found.get(key) or ViewerUserState() for key in keys]


class CommentByIdLoader(Loader[UUID, Comment | None]):
    """A comment whose video the viewer may see; a deleted one too, so that its thread stays whole."""

    def __init__(self, db: Queryable, viewer: Viewer) -> None:
        super().__init__()
        self._db = db
        self._viewer = viewer

    async def batch_load_fn(self, keys: list[UUID]) -> list[Comment | None]:
        found = await comments.comments_by_id(self._db, keys)
        video_ids = list({comment.video_id for comment in found.values()})
        visible = await access.visible_videos(self._db, video_ids, self._viewer.user_id)
        return [
            comment if (comment := found.get(key)) is not None and comment.video_id in visible else None
            for key in keys
        ]


class _ThreadLoader(Loader[ThreadKey, list[Comment]]):
    """Pages of comments; keys that ask for the same size share a statement."""

    def __init__(self, db: Queryable, *, are_replies: bool) -> None:
        super().__init__()
        self._db = db
        self._read = comments.replies_of_comments if are_replies else comments.comments_of_videos

    async def batch_load_fn(self, keys: list[ThreadKey]) -> list[list[Comment]]:
        pages: dict[ThreadKey, list[Comment]] = {}
        for size in {size for _, _, size in keys}:
            places = [(owner, after) for owner, after, wanted in keys if wanted == size]
            found = await self._read(self._db, places, size)
            pages |= {(owner, after, size): page for (owner, after), page in found.items()}
        return [pages.get(key, []) for key in keys]


class Loaders:
    """Of one operation of ``viewer``; each is made when it is first asked for."""

    def __init__(self, resources: Resources, viewer: Viewer) -> None:
        self._db = resources.database
        self._viewer = viewer

    @cached_property
    def engagement(self) -> EngagementLoader:
        return EngagementLoader(self._db, self._viewer)

    @cached_property
    def user_counters(self) -> UserCountersLoader:
        return UserCountersLoader(self._db)

    @cached_property
    def viewer_user_state(self) -> ViewerUserStateLoader:
        return ViewerUserStateLoader(self._db, self._viewer)

    @cached_property
    def comment_by_id(self) -> CommentByIdLoader:
        return CommentByIdLoader(self._db, self._viewer)

    @cached_property
    def comments_of_video(self) -> _ThreadLoader:
        return _ThreadLoader(self._db, are_replies=False)

    @cached_property
    def replies_of_comment(self) -> _ThreadLoader:
        return _ThreadLoader(self._db, are_replies=True)


Context = RequestContext[Loaders]
SocialInfo = strawberry.Info[Context, None]
