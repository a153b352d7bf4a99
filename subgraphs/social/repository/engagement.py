"""What a viewer sees of videos' engagement: their counts and what the viewer did, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, func, literal_column, select

from kit.db import Queryable, Statement
from subgraphs.social.models import Engagement
from subgraphs.social.repository.wanted import is_there, wanted
from subgraphs.social.tables import likes, saves, video_counters

_COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
_NONE: ColumnElement[int] = literal_column("0")
_videos = wanted("video_ids", "video_id")
_viewer_id = bindparam("viewer_id", type_=Uuid())
_ENGAGEMENT = Statement(
    select(
        _videos.c.video_id,
        *(func.coalesce(video_counters.c[name], _NONE).label(name) for name in _COUNTS),
        *(
            is_there(table.c.user_id, table.c.video_id == _videos.c.video_id, table.c.user_id == _viewer_id)
            for table in (likes, saves)
        ),
    ).select_from(_videos.outerjoin(video_counters, video_counters.c.video_id == _videos.c.video_id))
)


async def engagement_of(
    db: Queryable, video_ids: Sequence[UUID], viewer_id: UUID | None
) -> Mapping[UUID, Engagement]:
    """Of each of the videos, also of those that nothing happened to. ``viewer_id`` None did nothing to anything."""
    rows = await db.fetch(_ENGAGEMENT, video_ids=video_ids, viewer_id=viewer_id)
    return {row[0]: Engagement._make(row[1:]) for row in rows}
