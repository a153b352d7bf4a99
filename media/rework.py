"""A video that many watch is made again with more care: the same picture in fewer bits, at the same addresses of its
manifests.
"""

from __future__ import annotations

from contracts.events import VideoWatchedWidely
from kit.telemetry import get_logger
from media.core.facts import MediaFacts
from media.core.layout import FIRST_MARKER, MARKER, Layout
from media.finishing import Finished, Finisher
from media.jobs import Outcome, Watchable, read_tracks
from media.making import Maker
from media.means import Means
from media.shelf import Shelf
from media.tries import Tries
from media.workspace import job_folder

_log = get_logger("media")


class Rework:
    """Done twice it tells the same fact again. A video that nobody can watch, or whose source is gone, stays as it is."""

    def __init__(self, watched: VideoWatchedWidely, shelf: Shelf, means: Means) -> None:
        self._watched = watched
        self._shelf = shelf
        self._means = means

    async def run(self) -> None:
        """Tells VideoRenditionsCompleted. Raises RejectedError when the source is gone, and what is our fault:
        GivenUpError when that happened too often.
        """
        source = await self._shelf.find_source()
        layout = self._layout(source.etag)
        outcome = await self._find(layout)
        if outcome is None:
            _log.info("rework_passed_by", video_id=str(self._watched.video_id))
            return
        if not outcome.is_again:
            outcome = await self._make(outcome, layout)
        await self._shelf.put_manifests(read_tracks(outcome.tracks), layout)
        await self._means.tell(outcome.completed)

    def _layout(self, etag: str) -> Layout:
        """Where the video is: that of a known file is not where its source would put it."""
        watched = self._watched
        if watched.playlist_key is not None:
            return Layout.holding(watched.playlist_key)
        return Layout.of(watched.video_id, watched.object_key, etag, self._means.secret)

    async def _find(self, layout: Layout) -> Outcome | None:
        """What was made so far; of a video whose other renditions were given up, what can be watched."""
        done = await self._shelf.read_marker(layout, MARKER, Outcome)
        if done is not None:
            return done
        watchable = await self._shelf.read_marker(layout, FIRST_MARKER, Watchable)
        return None if watchable is None else watchable.as_it_is()

    async def _make(self, done: Outcome, layout: Layout) -> Outcome:
        before = Finished(done.completed.renditions, read_tracks(done.tracks))
        tries = Tries(self._shelf, layout, None, self._means.figures.tries)
        with job_folder(self._means.work_dir) as folder:
            async with self._means.turns.taken(is_urgent=False), tries.one():
                await self._shelf.fetch_source(folder / "source")
                maker = Maker(folder, folder / "source", self._means.figures, self._means.capabilities)
                finisher = Finisher(maker, self._shelf, layout, self._means.figures)
                after = await finisher.make_again(MediaFacts.from_json(done.facts), before)
                outcome = _done_again(done, after)
                await self._shelf.write_marker(layout, MARKER, outcome)
        return outcome


def _done_again(done: Outcome, after: Finished) -> Outcome:
    completed = done.completed.model_copy(update={"renditions": after.renditions})
    tracks = [each.to_json() for each in after.tracks]
    return done.model_copy(update={"completed": completed, "tracks": tracks, "is_again": True})
