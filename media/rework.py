"""A video that many watch is made again with more care: the same picture in fewer bits, at the same addresses of its
manifests.
"""

from __future__ import annotations

from contracts.events import VideoRenditionsCompleted, VideoWatchedWidely
from kit.telemetry import get_logger
from media.core.facts import MediaFacts
from media.core.layout import AGAIN_MARKER, MARKER, Layout
from media.core.tracks import Track
from media.finishing import Finished, Finisher
from media.jobs import Outcome
from media.making import Maker
from media.means import Means
from media.shelf import Shelf
from media.workspace import job_folder

_log = get_logger("media")


class Rework:
    """Done twice it tells the same fact again. A video that is not finished, or whose source is gone, stays as it is."""

    def __init__(self, watched: VideoWatchedWidely, shelf: Shelf, means: Means) -> None:
        self._watched = watched
        self._shelf = shelf
        self._means = means

    async def run(self) -> None:
        """Tells VideoRenditionsCompleted. Raises RejectedError when the source is gone, and what is our fault."""
        source = await self._shelf.find_source()
        layout = self._layout(source.etag)
        again = await self._shelf.read_marker(layout, AGAIN_MARKER, VideoRenditionsCompleted)
        if again is None:
            done = await self._shelf.read_marker(layout, MARKER, Outcome)
            if done is None or done.facts is None:
                _log.info("rework_passed_by", video_id=str(self._watched.video_id))
                return
            outcome = await self._make(done, MediaFacts.from_json(done.facts), layout)
            again = outcome.completed
            await self._shelf.write_marker(layout, MARKER, outcome)
            await self._shelf.write_marker(layout, AGAIN_MARKER, again)
        await self._means.tell(again)

    def _layout(self, etag: str) -> Layout:
        """Where the video is: that of a known file is not where its source would put it."""
        watched = self._watched
        if watched.playlist_key is not None:
            return Layout.holding(watched.playlist_key)
        return Layout.of(watched.video_id, watched.object_key, etag, self._means.secret)

    async def _make(self, done: Outcome, facts: MediaFacts, layout: Layout) -> Outcome:
        before = Finished(done.completed.renditions, [Track.from_json(each) for each in done.tracks])
        with job_folder(self._means.work_dir) as folder:
            async with self._means.turns.taken(is_urgent=False):
                await self._shelf.fetch_source(folder / "source")
                maker = Maker(folder, folder / "source", self._means.figures, self._means.capabilities)
                finisher = Finisher(maker, self._shelf, layout, self._means.figures)
                after = await finisher.make_again(facts, before)
        completed = done.completed.model_copy(update={"renditions": after.renditions})
        tracks = [each.to_json() for each in after.tracks]
        return done.model_copy(update={"completed": completed, "tracks": tracks})
