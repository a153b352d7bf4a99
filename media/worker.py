"""Takes VideoUploaded from the bus, runs jobs, and tells on the bus what became of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram

from contracts.events import (
    Envelope,
    Event,
    VideoProcessingFailed,
    VideoUploaded,
    VideoWatchedWidely,
    encode_event,
)
from kit.bus import Bus, ConsumerGroup, Message
from kit.config import Settings
from kit.storage import Storage
from kit.telemetry import current_traceparent, get_logger
from media.capabilities import find_capabilities
from media.core.errors import RejectedError, Rejection
from media.core.figures import FIGURES, MediaFigures
from media.core.gpu import Capabilities
from media.jobs import Job
from media.making import NO_CARD
from media.means import Means
from media.rework import Rework
from media.shelf import Buckets, Shelf
from media.tries import GivenUpError
from media.turns import Turns
from media.workspace import sweep

_log = get_logger("media")
_JOBS = Counter("clipgraph_media_jobs_total", "Jobs by outcome.", ["outcome"])
_WAITING = Gauge("clipgraph_media_waiting_jobs", "Uploads in this process that wait for their turn.")
_JOB_SECONDS = Histogram(
    "clipgraph_media_job_seconds",
    "From taking an upload to the last of its renditions.",
    buckets=(1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600),
)


async def open_consumer_group(
    storage: Storage, bus: Bus, settings: Settings, *, figures: MediaFigures = FIGURES
) -> ConsumerGroup:
    """The group ``media``. Jobs of a process take turns, since ffmpeg takes all cores that there are.

    What the machine's card does is found out first, unless the settings leave it out.
    """
    capabilities = await find_capabilities(figures) if settings.media_card == "auto" else NO_CARD
    worker = MediaWorker(storage, bus, settings, figures, capabilities)
    return ConsumerGroup(
        "media", {VideoUploaded: worker.on_uploaded, VideoWatchedWidely: worker.on_watched_widely}
    )


class MediaWorker:
    """Its handler may run twice for an upload, also at once: the results are the same objects and facts."""

    def __init__(
        self,
        storage: Storage,
        bus: Bus,
        settings: Settings,
        figures: MediaFigures,
        capabilities: Capabilities = NO_CARD,
    ) -> None:
        self._storage = storage
        self._bus = bus
        self._buckets = Buckets(settings.bucket_processed, settings.bucket_thumbnails)
        turns, work_dir = Turns(), Path(tempfile.gettempdir())
        self._means = Means(
            figures,
            turns,
            work_dir,
            settings.viewer_secret.get_secret_value(),
            self._publish,
            capabilities,
        )
        _WAITING.set_function(lambda: turns.waiting)
        swept = sweep(work_dir)
        if swept:
            _log.info("leftovers_swept", folders=swept)

    async def on_uploaded(self, _: Envelope, event: Event) -> None:
        """A file at fault is told and done with; what is our fault is raised, so that the bus comes again."""
        assert isinstance(event, VideoUploaded)
        with _JOB_SECONDS.time():
            await self._process(event)

    async def on_watched_widely(self, _: Envelope, event: Event) -> None:
        """Made again with more care. Nothing is told when that can't be done: the video stays as it is."""
        assert isinstance(event, VideoWatchedWidely)
        job = Rework(event, Shelf(self._storage, self._buckets, event), self._means)
        try:
            await job.run()
        except RejectedError as rejected:
            _log.info("rework_given_up", video_id=str(event.video_id), reason=rejected.reason)
        except GivenUpError as error:
            _log.error("rework_given_up", video_id=str(event.video_id), cause=str(error))

    async def _process(self, upload: VideoUploaded) -> None:
        job = Job(upload, Shelf(self._storage, self._buckets, upload), self._means)
        try:
            await job.run()
        except RejectedError as rejected:
            _JOBS.labels("rejected").inc()
            _log.info("upload_rejected", reason=rejected.reason, cause=str(rejected.__cause__ or ""))
            failure = VideoProcessingFailed(
                video_id=upload.video_id,
                reason=rejected.reason,
                message=rejected.message,
                attempt=upload.attempt,
            )
            await self._publish(failure)
        except GivenUpError as error:
            _JOBS.labels("given_up").inc()
            _log.error("upload_given_up", video_id=str(upload.video_id), cause=str(error))
            given_up = RejectedError(Rejection.GIVEN_UP)
            await self._publish(
                VideoProcessingFailed(
                    video_id=upload.video_id,
                    reason=given_up.reason,
                    message=given_up.message,
                    is_retryable=True,
                    attempt=upload.attempt,
                )
            )
        else:
            _JOBS.labels("done").inc()

    async def _publish(self, event: Event) -> None:
        _, payload = encode_event(event, traceparent=current_traceparent())
        await self._bus.publish([Message(str(event.topic), event.key(), payload)])
