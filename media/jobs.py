"""One job: an upload becomes a video, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.events import ProcessingStage, Rendition, VideoProcessed, VideoUploaded
from kit.storage import ObjectNotFoundError, Storage
from media.core.commands import hls_command, sprite_command, thumbnail_command
from media.core.errors import RejectedError, Rejection
from media.core.facts import MediaFacts, judge, judge_size
from media.core.figures import MediaFigures
from media.core.ladder import PlannedRendition, plan_renditions
from media.core.layout import (
    IMMUTABLE,
    MARKER,
    MASTER,
    SPRITE,
    Layout,
    content_type,
    thumbnail_name,
    upload_order,
)
from media.core.progress import Progress
from media.runner import FfmpegError, probe_file, run_ffmpeg
from media.workspace import job_folder

Tell = Callable[[ProcessingStage, int], Awaitable[None]]
"""Makes known that a stage is at a percentage of the whole."""

_UPLOADS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Buckets:
    processed: str
    thumbnails: str


class Job:
    """Turns one upload into a video. Done twice it writes the same objects and gives the same answer."""

    def __init__(
        self,
        upload: VideoUploaded,
        storage: Storage,
        buckets: Buckets,
        *,
        figures: MediaFigures,
        work_dir: Path,
        secret: str,
        tell: Tell,
    ) -> None:
        self._upload = upload
        self._storage = storage
        self._buckets = buckets
        self._figures = figures
        self._work_dir = work_dir
        self._secret = secret
        self._tell = tell
        self._progress = Progress()

    async def run(self) -> VideoProcessed:
        """Raises RejectedError when the file is at fault; StorageError when the store is."""
        layout = await self._locate()
        earlier = await self._earlier_result(layout)
        if earlier is not None:
            return earlier
        with job_folder(self._work_dir) as folder:
            await self._reach(ProcessingStage.PROBING, 0)
            source = await self._download(folder)
            facts = await probe_file(source, self._figures)
            judge(facts, self._figures)
            renditions = plan_renditions(facts, self._figures)
            try:
                await self._transcode(source, facts, renditions, _folder(folder, "hls"))
                await self._take_stills(source, facts, _folder(folder, "stills"))
            except FfmpegError as error:
                raise RejectedError(Rejection.TRANSCODE_FAILED) from error
            await self._publish(folder / "hls", folder / "stills", layout)
        result = self._result(layout, facts, renditions)
        await self._put_marker(layout, result)
        return result

    async def _locate(self) -> Layout:
        try:
            found = await self._storage.head(self._upload.bucket, self._upload.object_key)
        except ObjectNotFoundError as error:
            raise RejectedError(Rejection.UPLOAD_MISSING) from error
        judge_size(found.size_bytes, self._figures)
        return Layout.of(self._upload.video_id, self._upload.object_key, found.etag, self._secret)

    async def _earlier_result(self, layout: Layout) -> VideoProcessed | None:
        """What an attempt came to whose answer was lost."""
        try:
            marker = await self._storage.get(self._buckets.processed, layout.key(MARKER))
        except ObjectNotFoundError:
            return None
        return VideoProcessed.model_validate_json(marker)

    async def _download(self, folder: Path) -> Path:
        source = folder / "source"
        try:
            await self._storage.download(self._upload.bucket, self._upload.object_key, source)
        except ObjectNotFoundError as error:
            raise RejectedError(Rejection.UPLOAD_MISSING) from error
        return source

    async def _transcode(
        self, source: Path, facts: MediaFacts, renditions: Sequence[PlannedRendition], folder: Path
    ) -> None:
        async def on_progress(done_ms: int) -> None:
            await self._reach(ProcessingStage.TRANSCODING, done_ms / facts.duration_ms)

        await self._reach(ProcessingStage.TRANSCODING, 0)
        timeout_s = 60 + self._figures.transcode_timeout_per_s * facts.duration_ms / 1000
        command = hls_command(source, facts, renditions, self._figures)
        await run_ffmpeg(command, folder, timeout_s=timeout_s, on_progress=on_progress)

    async def _take_stills(self, source: Path, facts: MediaFacts, folder: Path) -> None:
        places = self._figures.thumbnails
        for number, place in enumerate(places, start=1):
            await self._reach(ProcessingStage.THUMBNAILS, (number - 1) / (len(places) + 1))
            command = thumbnail_command(source, facts, place, thumbnail_name(number), self._figures)
            await run_ffmpeg(command, folder, timeout_s=60)
        await run_ffmpeg(sprite_command(source, facts, self._figures), folder, timeout_s=300)

    async def _publish(self, hls: Path, stills: Path, layout: Layout) -> None:
        waves = upload_order(_names_in(hls))
        await self._put_all(self._buckets.thumbnails, stills, _names_in(stills), layout)
        for number, wave in enumerate(waves):
            await self._reach(ProcessingStage.PUBLISHING, number / len(waves))
            await self._put_all(self._buckets.processed, hls, wave, layout)

    async def _put_all(self, bucket: str, folder: Path, names: Sequence[str], layout: Layout) -> None:
        slots = asyncio.Semaphore(_UPLOADS_AT_ONCE)

        async def put(name: str) -> None:
            async with slots:
                await self._storage.put_file(
                    bucket,
                    layout.key(name),
                    folder / name,
                    content_type=content_type(name),
                    cache_control=IMMUTABLE,
                )

        try:
            async with asyncio.TaskGroup() as tasks:
                for name in names:
                    tasks.create_task(put(name))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def _put_marker(self, layout: Layout, result: VideoProcessed) -> None:
        await self._storage.put(
            self._buckets.processed,
            layout.key(MARKER),
            result.model_dump_json().encode(),
            content_type=content_type(MARKER),
        )

    def _result(
        self, layout: Layout, facts: MediaFacts, renditions: Sequence[PlannedRendition]
    ) -> VideoProcessed:
        return VideoProcessed(
            video_id=self._upload.video_id,
            playlist_key=layout.key(MASTER),
            thumbnail_keys=tuple(
                layout.key(thumbnail_name(number)) for number in range(1, len(self._figures.thumbnails) + 1)
            ),
            sprite_key=layout.key(SPRITE),
            duration_ms=facts.duration_ms,
            width=facts.width,
            height=facts.height,
            renditions=tuple(
                Rendition(
                    name=each.name,
                    width=each.width,
                    height=each.height,
                    bitrate_bps=each.bitrate_bps,
                    playlist_key=layout.playlist_of(each.name),
                )
                for each in renditions
            ),
        )

    async def _reach(self, stage: ProcessingStage, part: float) -> None:
        percent = self._progress.reach(stage, part)
        if percent is not None:
            await self._tell(stage, percent)


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def _names_in(folder: Path) -> list[str]:
    """Files below a folder, relative to it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
