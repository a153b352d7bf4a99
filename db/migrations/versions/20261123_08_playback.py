"""videos: where all that is watched of a video lies; the origin is told who may read what there is already"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "08_playback"
down_revision = "07_uploads"

_SCHEMA = "videos"
_COLUMNS = ("manifest_key", "sprite_vtt_key", "preview_key", "blurhash", "thumbhash")
_TELL_AGAIN = """
INSERT INTO videos.outbox (event_id, topic, key, payload)
SELECT event_id, 'feed.update', video_id::text, convert_to(
  jsonb_build_object(
    'event_id', event_id, 'type', 'VideoChanged', 'version', 1, 'occurred_at', now(),
    'data', jsonb_build_object(
      'video_id', video_id, 'author_id', author_id, 'visibility', visibility, 'allow_comments', allow_comments,
      'category', category, 'hashtags', hashtags, 'published_at', published_at, 'revision', revision
    )
  )::text, 'UTF8')
FROM (SELECT *, uuidv7() AS event_id FROM videos.videos WHERE status = 'active') AS active
"""
"""The newest state of each active video once more: it changes nothing for whoever knows it."""


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("videos", sa.Column(name, sa.Text), schema=_SCHEMA)
    op.execute(_TELL_AGAIN)


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("videos", name, schema=_SCHEMA)
