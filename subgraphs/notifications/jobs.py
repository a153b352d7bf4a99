"""What notifications does periodically."""

from __future__ import annotations

from datetime import timedelta

from kit.jobs import Job
from kit.resources import Resources
from subgraphs.notifications import repository
from subgraphs.notifications.models import LIMITS


def jobs(resources: Resources) -> list[Job]:
    """Forgets what is older than 90 days."""

    async def drop_old() -> None:
        await repository.drop_old(resources.database, kept_for=LIMITS.kept_for)

    return [Job("notifications-drop-old", timedelta(hours=1).total_seconds(), drop_old)]
