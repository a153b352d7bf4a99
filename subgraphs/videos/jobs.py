"""What the videos domain does periodically: looks after uploads that nobody completes, and drops what is not needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from kit.jobs import Job
from kit.resources import Resources
from kit.storage import StorageError
from kit.telemetry import get_logger
from subgraphs.videos.errors import UploadIncompleteError
from subgraphs.videos.models import LIMITS, Upload
from subgraphs.videos.repository import listing, superseded, uploads
from subgraphs.videos.service import uploads as uploading
from subgraphs.videos.service.cleaning import drop_files, drop_superseded, expire_upload, fail_stalled
from subgraphs.videos.service.hints import tell_status
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.uploads import upload_of_key

_log = get_logger("videos")


def jobs(resources: Resources) -> list[Job]:
    return [
        Job("videos.sweep_uploads", 60, partial(sweep_uploads, resources)),
        Job("videos.fail_stalled", 300, partial(fail_stalled_videos, resources)),
        Job("videos.drop_failed_uploads", 300, partial(drop_failed_uploads, resources)),
        Job("videos.sweep_multiparts", 3600, partial(sweep_multiparts, resources)),
        Job("videos.purge_deleted", 300, partial(purge_deleted, resources)),
        Job("videos.purge_superseded", 300, partial(purge_superseded, resources)),
    ]


async def sweep_uploads(resources: Resources, *, now: datetime | None = None) -> None:
    """Completes open uploads whose file is whole, though nobody said so, and expires those whose time is up.

    Each is looked at minutes after it began, then ever more seldom, and when its time is up.
    """
    moment = now or datetime.now(UTC)
    while due := await uploads.claim_due(resources.database, moment, LIMITS.sweep_batch):
        for upload in due:
            try:
                await _look_after(resources, upload, moment)
            except StorageError as error:  # it falls due again, and others are due now
                _log.warning("upload_not_swept", upload_id=str(upload.upload_id), error=str(error))


async def fail_stalled_videos(resources: Resources, *, now: datetime | None = None) -> None:
    """Fails videos of which the media service has said nothing final for hours, so that their authors can try again."""
    db, moment = resources.database, now or datetime.now(UTC)
    while stalled := await uploads.stalled(db, moment, LIMITS.sweep_batch):
        for upload in stalled:
            async with db.transaction() as tx:
                is_failed = await fail_stalled(tx, upload)
            if is_failed:
                await tell_status(resources.pubsub, upload.video_id)
                _log.warning("video_stalled", video_id=str(upload.video_id))


async def drop_failed_uploads(resources: Resources, *, now: datetime | None = None) -> None:
    """Drops what arrived for uploads that were aborted or expired, once nothing more can."""
    db, store = resources.database, RawStore(resources)
    while ended := await uploads.to_drop(db, now or datetime.now(UTC), LIMITS.sweep_batch):
        for upload in ended:
            await store.drop(upload)
            await uploads.mark_dropped(db, upload.upload_id)
        _log.info("failed_uploads_dropped", count=len(ended))


async def sweep_multiparts(resources: Resources, *, now: datetime | None = None) -> None:
    """Aborts multipart uploads of the raw bucket that no open upload knows: a process died, or two began one."""
    store = RawStore(resources)
    begun = await store.old_multiparts(now or datetime.now(UTC))
    for start in range(0, len(begun), LIMITS.sweep_batch):
        batch = begun[start : start + LIMITS.sweep_batch]
        owners = [owner for each in batch if (owner := upload_of_key(each.key)) is not None]
        known = await uploads.find_uploads(resources.database, owners)
        wanted = {upload.s3_upload_id for upload in known.values() if upload.is_open}
        stale = [each for each in batch if each.upload_id not in wanted]
        for each in stale:
            await store.abort(each)
        if stale:
            _log.info("stale_multiparts_aborted", count=len(stale))


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


async def purge_superseded(resources: Resources, *, now: datetime | None = None) -> None:
    """Drops the files of renditions that others took the place of a day ago; a crash in between does it again."""
    before = (now or datetime.now(UTC)) - timedelta(seconds=LIMITS.superseded_kept_s)
    while gone := await superseded.old(resources.database, before, LIMITS.sweep_batch):
        for each in gone:
            await drop_superseded(resources, each)
        _log.info("superseded_renditions_purged", count=len(gone))


async def _look_after(resources: Resources, upload: Upload, now: datetime) -> None:
    is_completed = await _complete_if_whole(resources, upload)
    if is_completed or await _expire_if_due(resources, upload, now):
        await tell_status(resources.pubsub, upload.video_id)
        _log.info("upload_swept", upload_id=str(upload.upload_id), is_completed=is_completed)


async def _complete_if_whole(resources: Resources, upload: Upload) -> bool:
    """As its author would; they may be doing it right now."""
    store = RawStore(resources)
    try:
        await store.assemble(upload)
    except UploadIncompleteError:
        return False
    async with resources.database.transaction() as tx:
        return await uploading.complete_if_open(tx, store, upload)


async def _expire_if_due(resources: Resources, upload: Upload, now: datetime) -> bool:
    if upload.expires_at > now:
        return False
    async with resources.database.transaction() as tx:
        await expire_upload(tx, upload)
    return True
