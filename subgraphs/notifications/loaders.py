"""One loader: a notification of the viewer's by its id."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(slots=True)
class Loaders:
    notification_by_id: NotificationByIdLoader


def make_loaders(resources: Resources, viewer: Viewer) -> Loaders:
    """Loaders of one operation of ``viewer``."""
    return Loaders(notification_by_id=NotificationByIdLoader(resources.database, viewer))


Context = RequestContext[Loaders]
NotificationsInfo = strawberry.Info[Context, None]
