"""Uploads whose time is up, and files of deleted videos."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.ids import new_id
from kit.resources import Resources
from kit.storage import ObjectNotFoundError
from subgraphs.videos.errors import UploadExpiredError
from subgraphs.videos.jobs import purge_deleted, sweep_uploads
from subgraphs.videos.models import Metadata, Upload, VideoStatus
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service import editing
from subgraphs.videos.service import uploads as uploading
from subgraphs.videos.service.cleaning import EXPIRED
from subgraphs.videos.service.raw_store import RawStore
from tests.integration.subgraphs.videos.conftest import MakeVideo, processed
from tests.support.subgraphs import outbox_types

_TOMORROW = timedelta(days=1, minutes=5)


async def _create(resources: Resources, author: UUID, size_bytes: int) -> Upload:
    async with resources.database.transaction() as tx:
        return await uploading.create_upload(
            tx,
            RawStore(resources),
            author,
            metadata=Metadata(title="A clip"),
            file=uploading.Announcement(size_bytes, "video/mp4"),
        )


@pytest.mark.parametrize("size_bytes", [11, 40 * 1024 * 1024])
async def test_an_upload_whose_time_is_up_fails_its_video_once(resources: Resources, size_bytes: int) -> None:
    author = new_id()
    upload = await _create(resources, author, size_bytes)
    await sweep_uploads(resources)
    assert await _status(resources, upload.video_id) is VideoStatus.UPLOADING

    for _ in range(2):
        await sweep_uploads(resources, now=datetime.now(UTC) + _TOMORROW)
    video = (await videos.find_videos(resources.database, [upload.video_id]))[upload.video_id]
    assert (video.status, video.failure) == (VideoStatus.FAILED, EXPIRED)
    assert await outbox_types(resources, str(author)) == ["NotificationTriggered"]
    with pytest.raises(UploadExpiredError):
        await uploading.collect_file(
            resources.database, RawStore(resources), author, upload.upload_id, parts=[]
        )
    async with resources.database.transaction() as tx:
        with pytest.raises(UploadExpiredError):
            await uploading.complete_upload(tx, RawStore(resources), author, upload.upload_id)


async def test_files_of_a_deleted_video_go_a_day_later(resources: Resources, make_video: MakeVideo) -> None:
    author = new_id()
    gone, stays = await make_video(author), await make_video(author)
    for video in (gone, stays):
        await _put_made(resources, video.video_id)
    async with resources.database.transaction() as tx:
        await editing.delete_video(tx, author, gone.video_id)

    await purge_deleted(resources)
    assert await _made(resources, gone.video_id) == 4
    for _ in range(2):
        await purge_deleted(resources, now=datetime.now(UTC) + _TOMORROW)
    assert await _made(resources, gone.video_id) == 0
    assert await _made(resources, stays.video_id) == 4


async def test_a_video_deleted_while_it_uploads_loses_its_file_too(resources: Resources) -> None:
    author = new_id()
    upload = await _create(resources, author, 11)
    bucket = resources.settings.bucket_raw
    await resources.storage.put(bucket, upload.object_key, b"hello video", content_type="video/mp4")
    async with resources.database.transaction() as tx:
        await editing.delete_video(tx, author, upload.video_id)
    await purge_deleted(resources, now=datetime.now(UTC) + _TOMORROW)
    with pytest.raises(ObjectNotFoundError):
        await resources.storage.head(bucket, upload.object_key)
    found = await uploads.find_uploads(resources.database, [upload.upload_id])
    assert found[upload.upload_id].completed_at is None


async def test_what_a_failed_job_left_goes_with_its_video(
    resources: Resources, make_processing: MakeVideo
) -> None:
    author = new_id()
    video = await make_processing(author)
    bucket, left = resources.settings.bucket_processed, f"{video.video_id.hex}/1/tries-1.json"
    await resources.storage.put(bucket, left, b"{}", content_type="application/json")
    async with resources.database.transaction() as tx:
        await editing.delete_video(tx, author, video.video_id)
    await purge_deleted(resources, now=datetime.now(UTC) + _TOMORROW)
    assert await resources.storage.list_keys(bucket, left) == []


async def _status(resources: Resources, video_id: UUID) -> VideoStatus:
    return (await videos.find_videos(resources.database, [video_id]))[video_id].status


def _made_keys(resources: Resources, video_id: UUID) -> list[tuple[str, str]]:
    done, settings = processed(video_id), resources.settings
    return [
        (settings.bucket_processed, done.playlist_key),
        (settings.bucket_processed, f"{video_id}/1/360p/seg_00001.m4s"),
        *((settings.bucket_thumbnails, key) for key in done.thumbnail_keys),
    ]


async def _put_made(resources: Resources, video_id: UUID) -> None:
    for bucket, key in _made_keys(resources, video_id):
        await resources.storage.put(bucket, key, b"x", content_type="application/octet-stream")


async def _made(resources: Resources, video_id: UUID) -> int:
    settings, storage = resources.settings, resources.storage
    buckets = (settings.bucket_processed, settings.bucket_thumbnails)
    return sum([len(await storage.list_keys(bucket, f"{video_id}/")) for bucket in buckets])
