"""What the videos domain does periodically: ends uploads whose time is up, drops the files of deleted videos."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from contracts import ids
from contracts.channels import video_status_channel
from kit.jobs import Job
from kit.resources import Resources
from kit.telemetry import get_logger
from subgraphs.videos.models import LIMITS
from subgraphs.videos.repository import listing, uploads
from subgraphs.videos.service.cleaning import drop_files, expire_upload
from subgraphs.videos.service.raw_store import RawStore

_log = get_logger("videos")


def jobs(resources: Resources) -> list[Job]:
    return [
        Job("videos.sweep_uploads", 60, partial(sweep_uploads, resources)),
        Job("videos.purge_deleted", 300, partial(purge_deleted, resources)),
    ]


async def sweep_uploads(resources: Resources, *, now: datetime | None = None) -> None:
    """Expires open uploads whose time is up, each in its own transaction."""
    store = RawStore(resources)
    overdue = await uploads.overdue(resources.database, now or datetime.now(UTC), LIMITS.sweep_batch)
    for upload in overdue:
        async with resources.database.transaction() as tx:
            await expire_upload(tx, store, upload)
        hint = {"type": "VideoStatusChanged", "videoId": ids.encode_id(ids.VIDEO, upload.video_id)}
        await resources.pubsub.publish(video_status_channel(upload.video_id), hint)
    if overdue:
        _log.info("uploads_expired", count=len(overdue))


async def purge_deleted(resources: Resources, *, now: datetime | None = None) -> None:
    """Drops the files of videos that were deleted a day ago; a crash in between does it again."""
    db = resources.database
    before = (now or datetime.now(UTC)) - timedelta(seconds=LIMITS.purge_after_s)
    gone = await listing.videos_to_purge(db, before, LIMITS.sweep_batch)
    sent = await uploads.uploads_of_videos(db, [video.video_id for video in gone])
    for video in gone:
        await drop_files(resources, video, [each for each in sent if each.video_id == video.video_id])
        await listing.mark_purged(db, video)
    if gone:
        _log.info("videos_purged", count=len(gone))
