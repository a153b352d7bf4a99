"""One job: an upload becomes a video that can be watched, then one in all its qualities."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contracts.events import (
    ProcessingStage,
    VideoProcessed,
    VideoProcessingProgressed,
    VideoRenditionsCompleted,
    VideoUploaded,
)
from kit.telemetry import get_logger
from media.core.errors import BrokenOutputError, RejectedError, Rejection
from media.core.facts import MediaFacts, judge, judge_size
from media.core.ladder import PlannedRendition, plan_renditions, plan_turns
from media.core.layout import (
    FIRST_MARKER,
    MANIFEST,
    MARKER,
    MASTER,
    PREVIEW,
    SPRITE,
    SPRITE_VTT,
    Layout,
    thumbnail_name,
)
from media.core.pace import choose_pace
from media.core.progress import Progress
from media.core.tracks import Track
from media.finishing import Finisher, published
from media.making import Maker, Placeholders
from media.means import Means
from media.runner import probe_file
from media.shelf import Shelf
from media.tries import GivenUpError, Tries
from media.workspace import job_folder

_log = get_logger("media")


class Watchable(BaseModel):
    """Marker of the first stage: enough to go on elsewhere. ``facts`` and ``tracks`` as they print themselves."""

    processed: VideoProcessed
    facts: dict[str, Any]
    tracks: list[dict[str, Any]]

    def as_it_is(self) -> Outcome:
        """With nothing to come but what can be watched."""
        ready = tuple(each for each in self.processed.renditions if each.is_ready)
        completed = VideoRenditionsCompleted(video_id=self.processed.video_id, renditions=ready)
        return Outcome(processed=self.processed, completed=completed, facts=self.facts, tracks=self.tracks)


class Outcome(BaseModel):
    """Marker of a job that is done; of one that was done again with more care when ``is_again``.

    ``facts`` and ``tracks`` as they print themselves.
    """

    processed: VideoProcessed
    completed: VideoRenditionsCompleted
    facts: dict[str, Any]
    tracks: list[dict[str, Any]]
    is_again: bool = False


class Job:
    """Done twice it writes the same objects and tells the same facts; what was finished is not done again."""

    def __init__(self, upload: VideoUploaded, shelf: Shelf, means: Means) -> None:
        self._upload = upload
        self._shelf = shelf
        self._means = means
        self._progress = Progress()

    async def run(self) -> None:
        """Tells VideoProcessed when people can watch, VideoRenditionsCompleted at the end. Raises RejectedError when
        the file is at fault and nothing came of it; StorageError and ChildError when we are, and GivenUpError when we
        were too often.
        """
        if await self._take_over():
            return
        source = await self._shelf.find_source()
        judge_size(source.size_bytes, self._means.figures)
        layout = Layout.of(self._upload.video_id, self._upload.object_key, source.etag, self._means.secret)
        outcome = await self._shelf.read_marker(layout, MARKER, Outcome)
        if outcome is None:
            await self._try(layout)
        else:
            await self._tries(layout).forget()
            await self._tell_outcome(outcome, layout)

    async def _take_over(self) -> bool:
        """Whether all was there that was made of the same file for another video of its creator: it is copied then."""
        if self._upload.twin_playlist_key is None:
            return False
        twin = Layout.holding(self._upload.twin_playlist_key)
        made = await self._shelf.read_marker(twin, MARKER, Outcome)
        if made is None:
            return False
        layout = Layout.of(self._upload.video_id, twin.folder, "", self._means.secret)
        await self._shelf.copy_all(twin, layout)
        text = made.model_dump_json().replace(f"{twin.folder}/", f"{layout.folder}/")
        moved = text.replace(str(made.processed.video_id), str(self._upload.video_id))
        outcome = Outcome.model_validate_json(moved)
        await self._shelf.write_marker(layout, MARKER, outcome)
        await self._tell_outcome(outcome, layout)
        return True

    async def _try(self, layout: Layout) -> None:
        """A video that can be watched stays so, with the renditions that it has, when its job is given up."""
        try:
            await self._make(layout)
        except GivenUpError as error:
            watchable = await self._shelf.read_marker(layout, FIRST_MARKER, Watchable)
            if watchable is None:
                raise
            _log.error("renditions_given_up", video_id=str(self._upload.video_id), cause=str(error))
            await self._tell_outcome(watchable.as_it_is(), layout)

    async def _make(self, layout: Layout) -> None:
        """Between its two stages a job lets others pass that nobody can watch yet."""
        watchable = await self._shelf.read_marker(layout, FIRST_MARKER, Watchable)
        tries = self._tries(layout)
        with job_folder(self._means.work_dir) as folder:
            source = folder / "source"
            maker = Maker(folder, source, self._means.figures, self._means.capabilities)
            if watchable is None:
                async with self._means.turns.taken(is_urgent=True), tries.one():
                    await self._reach(ProcessingStage.PROBING, 0)
                    await self._shelf.fetch_source(source)
                    watchable = await self._make_watchable(source, maker, layout)
                    await self._shelf.write_marker(layout, FIRST_MARKER, watchable)
            await self._shelf.put_manifests(read_tracks(watchable.tracks), layout)
            await self._means.tell(watchable.processed)
            async with self._means.turns.taken(is_urgent=False), tries.one():
                if not source.exists():
                    await self._shelf.fetch_source(source)
                outcome = await self._complete(watchable, maker, layout)
                await self._shelf.write_marker(layout, MARKER, outcome)
        await self._shelf.put_manifests(read_tracks(outcome.tracks), layout)
        await self._means.tell(outcome.completed)

    def _tries(self, layout: Layout) -> Tries:
        return Tries(self._shelf, layout, self._upload.attempt, self._means.figures.tries)

    async def _tell_outcome(self, outcome: Outcome, layout: Layout) -> None:
        """All of it, again perhaps: a worker may have died between the marker and the last word."""
        await self._shelf.put_manifests(read_tracks(outcome.tracks), layout)
        await self._means.tell(outcome.processed)
        await self._means.tell(outcome.completed)

    async def _make_watchable(self, source: Path, maker: Maker, layout: Layout) -> Watchable:
        sha256 = await self._check_sum(source)
        probed = await probe_file(source, self._means.figures)
        judge(probed, self._means.figures)
        wanted = replace(probed, watermark=self._upload.watermark)
        facts, gain = await maker.measure_sound(wanted)
        renditions = plan_renditions(
            facts, self._means.figures, choose_pace(self._means.turns.waiting, self._means.figures)
        )
        now = plan_turns(renditions, self._means.figures)[0]

        async def on_progress(done_ms: int) -> None:
            await self._reach(ProcessingStage.TRANSCODING, done_ms / facts.duration_ms)

        await self._reach(ProcessingStage.TRANSCODING, 0)
        try:
            tracks = await maker.make_first(facts, now, gain, on_progress)
            await self._reach(ProcessingStage.THUMBNAILS, 0)
            placeholders = await maker.pick_stills(facts)
            fingerprint = await maker.take_fingerprint()
        except BrokenOutputError as error:
            raise RejectedError(Rejection.TRANSCODE_FAILED) from error
        await self._reach(ProcessingStage.PUBLISHING, 0)
        await self._shelf.put_stills(maker.stills, layout)
        await self._shelf.put_tracks(maker.hls, layout)
        processed = self._processed(
            layout, facts, renditions, placeholders, sha256, ready={each.name for each in now}
        )
        processed = processed.model_copy(update={"fingerprint": fingerprint})
        kept = [track.to_json() for track in tracks]
        return Watchable(processed=processed, facts=facts.to_json(), tracks=kept)

    async def _check_sum(self, source: Path) -> str:
        """SHA-256 of the file. Raises RejectedError when its creator said another."""
        sha256 = await asyncio.to_thread(_sha256, source)
        if self._upload.sha256 not in {None, sha256}:
            raise RejectedError(Rejection.CHECKSUM_MISMATCH)
        return sha256

    async def _complete(self, watchable: Watchable, maker: Maker, layout: Layout) -> Outcome:
        """What can be watched stays so, whatever happens here."""
        finisher = Finisher(maker, self._shelf, layout, self._means.figures)
        pace = choose_pace(self._means.turns.waiting, self._means.figures)
        earlier = read_tracks(watchable.tracks)
        done = await finisher.finish(MediaFacts.from_json(watchable.facts), earlier, pace)
        return Outcome(
            processed=watchable.processed,
            completed=VideoRenditionsCompleted(video_id=self._upload.video_id, renditions=done.renditions),
            facts=watchable.facts,
            tracks=[each.to_json() for each in done.tracks],
        )

    def _processed(
        self,
        layout: Layout,
        facts: MediaFacts,
        renditions: Sequence[PlannedRendition],
        placeholders: Placeholders,
        sha256: str,
        *,
        ready: set[str],
    ) -> VideoProcessed:
        numbers = range(1, self._means.figures.thumbnails + 1)
        return VideoProcessed(
            video_id=self._upload.video_id,
            playlist_key=layout.key(MASTER),
            manifest_key=layout.key(MANIFEST),
            thumbnail_keys=tuple(layout.key(thumbnail_name(number)) for number in numbers),
            sprite_key=layout.key(SPRITE),
            sprite_vtt_key=layout.key(SPRITE_VTT),
            preview_key=layout.key(PREVIEW),
            blurhash=placeholders.blurhash,
            thumbhash=placeholders.thumbhash,
            source_sha256=sha256,
            duration_ms=facts.duration_ms,
            width=facts.width,
            height=facts.height,
            renditions=tuple(published(each, layout, is_ready=each.name in ready) for each in renditions),
        )

    async def _reach(self, stage: ProcessingStage, part: float) -> None:
        told = self._progress.reach(stage, part, time.monotonic())
        if told is not None:
            await self._means.tell(
                VideoProcessingProgressed(
                    video_id=self._upload.video_id,
                    stage=stage,
                    percent=told.percent,
                    remaining_s=told.remaining_s,
                )
            )


def read_tracks(printed: Sequence[dict[str, Any]]) -> list[Track]:
    """Tracks as a marker has them."""
    return [Track.from_json(each) for each in printed]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
