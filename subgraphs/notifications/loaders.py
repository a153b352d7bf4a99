"""One loader: a notification of the viewer's by its id."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

import strawberry

from contracts.viewer import Viewer
from kit.db import Queryable
from kit.graphql.context import RequestContext
from kit.graphql.loading import Loader
from kit.resources import Resources
from subgraphs.notifications.models import Notification
from subgraphs.notifications.repository import find_notifications


class NotificationByIdLoader(Loader[UUID, Notification | None]):
    """The viewer's own; somebody else's is none."""

    def __init__(self, db: Queryable, viewer: Viewer) -> None:
        super().__init__()
        self._db = db
        self._viewer = viewer

    async def batch_load_fn(self, keys: list[UUID]) -> list[Notification | None]:
        if self._viewer.user_id is None:
            return [None] * len(keys)
        found = await find_notifications(self._db, self._viewer.user_id, keys)
        return [found.get(key) for key in keys]


class Loaders:
    """Of one operation of ``viewer``."""

    def __init__(self, resources: Resources, viewer: Viewer) -> None:
        self._resources = resources
        self._viewer = viewer

    @cached_property
    def notification_by_id(self) -> NotificationByIdLoader:
        return NotificationByIdLoader(self._resources.database, self._viewer)


Context = RequestContext[Loaders]
NotificationsInfo = strawberry.Info[Context, None]
