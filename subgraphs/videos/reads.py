"""Reads of several rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kit.db import Queryable
from subgraphs.videos import access
from subgraphs.videos.models import LIMITS, Upload, Video
from subgraphs.videos.repository import listing, uploads


async def videos_of_author(
    db: Queryable, author_id: UUID, viewer_id: UUID | None, size: int, after: tuple[datetime, UUID] | None
) -> list[Video]:
    """Newest first: the author sees all that is not deleted, friends and others what is active and for them."""
    visibilities = await access.visible_kinds(db, author_id, viewer_id)
    return await listing.videos_of_author(
        db, author_id, visibilities, size, after, only_active=viewer_id != author_id
    )


async def open_uploads(db: Queryable, viewer_id: UUID) -> Sequence[Upload]:
    """The viewer's own, newest first."""
    return await uploads.open_uploads_of(db, viewer_id, LIMITS.open_uploads_listed)
