"""The rungs above the lowest: copied where the source's own pictures do, otherwise coded; published and measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from contracts.events import Rendition
from kit.telemetry import get_logger
from media.core.copying import faults_of_copy
from media.core.errors import BrokenOutputError, RejectedError
from media.core.facts import MediaFacts
from media.core.figures import MediaFigures
from media.core.ladder import PlannedRendition, plan_renditions, plan_turns
from media.core.layout import Layout
from media.core.pace import Pace, is_easy, is_tuned
from media.core.timing import Timing
from media.core.tracks import Track
from media.making import Maker
from media.shelf import Shelf

_FAULTS = (RejectedError, BrokenOutputError)
_AGAIN = "-again"

_log = get_logger("media")


@dataclass(frozen=True, slots=True)
class Finished:
    """What can be watched as soon as the manifests have all these tracks."""

    renditions: tuple[Rendition, ...]
    tracks: list[Track]


class Finisher:
    """Its verbs leave what can be watched as it is, whatever happens; they raise what is our fault."""

    def __init__(self, maker: Maker, shelf: Shelf, layout: Layout, figures: MediaFigures) -> None:
        self._maker = maker
        self._shelf = shelf
        self._layout = layout
        self._figures = figures

    async def finish(self, facts: MediaFacts, earlier: Sequence[Track], pace: Pace) -> Finished:
        """The rungs that the first stage left."""
        first, *later = plan_turns(plan_renditions(facts, self._figures, pace), self._figures)
        tracks, made, copied = list(earlier), list(first), set[str]()
        for turn in later:
            copies = await self._copy(facts, turn, tracks)
            copied |= copies
            coded = [each for each in turn if each.name not in copies]
            is_coded = await self._code(
                facts, coded, tracks, should_try=self._is_worth_a_trial(first, tracks, pace)
            )
            made += [each for each in turn if is_coded or each.name in copies]
        scores = await self._score(facts, made, pace)
        return Finished(tuple(self._told(each, scores, copied) for each in made), tracks)

    async def make_again(self, facts: MediaFacts, done: Finished) -> Finished:
        """Everything that was coded, with more care and under new names; what was copied and the sound stay.

        Returns ``done`` when nothing came of it.
        """
        copied = {each.name for each in done.renditions if each.is_copy}
        planned = plan_renditions(facts, self._figures, Pace.CAREFUL)
        coded = [replace(each, name=each.name + _AGAIN) for each in planned if each.name not in copied]
        tracks = [each for each in done.tracks if not each.is_video or each.name in copied]
        if not await self._code(facts, coded, tracks, should_try=True):
            return done
        scores = await self._score(facts, coded, Pace.CAREFUL)
        again = [self._told(each, scores, copied) for each in coded]
        kept = [each for each in done.renditions if each.is_copy]
        ordered = sorted([*again, *kept], key=lambda each: each.height)
        return Finished(tuple(ordered), tracks)

    async def _copy(
        self, facts: MediaFacts, turn: Sequence[PlannedRendition], tracks: list[Track]
    ) -> set[str]:
        """Names of those that the source's own pictures do for; a copy that turns out broken is coded instead."""
        copied: set[str] = set()
        timing = Timing.of(facts, self._figures)
        for rendition in turn:
            if faults_of_copy(facts, rendition, timing, self._figures):
                continue
            try:
                tracks += await self._maker.make_copy(facts, rendition)
            except _FAULTS as error:
                _log.warning("copy_given_up", rendition=rendition.name, cause=repr(error))
                continue
            await self._shelf.put_tracks(self._maker.hls, self._layout)
            copied.add(rendition.name)
        return copied

    def _is_worth_a_trial(
        self, first: Sequence[PlannedRendition], tracks: Sequence[Track], pace: Pace
    ) -> bool:
        low = first[0]
        made = next((track for track in tracks if track.name == low.name), None)
        is_found_easy = made is not None and is_easy(made.average_bps, low.bitrate_bps, self._figures)
        return is_tuned(pace) and is_found_easy

    async def _code(
        self,
        facts: MediaFacts,
        turn: Sequence[PlannedRendition],
        tracks: list[Track],
        *,
        should_try: bool,
    ) -> bool:
        """Whether they can be watched now."""
        if not turn:
            return True
        try:
            chosen = await self._tune(facts, turn) if should_try else turn
            tracks += await self._maker.make_rest(facts, chosen)
        except _FAULTS as error:
            _log.warning("renditions_given_up", names=[each.name for each in turn], cause=repr(error))
            return False
        await self._shelf.put_tracks(self._maker.hls, self._layout)
        return True

    async def _tune(self, facts: MediaFacts, turn: Sequence[PlannedRendition]) -> Sequence[PlannedRendition]:
        try:
            return await self._maker.tune(facts, turn)
        except RejectedError as error:
            _log.warning("trial_failed", cause=repr(error.__cause__))
            return turn

    async def _score(
        self, facts: MediaFacts, made: Sequence[PlannedRendition], pace: Pace
    ) -> dict[str, float]:
        try:
            return await self._maker.score(facts, made) if is_tuned(pace) else {}
        except RejectedError as error:
            _log.warning("vmaf_not_measured", cause=repr(error.__cause__))
            return {}

    def _told(self, planned: PlannedRendition, scores: Mapping[str, float], copied: Set[str]) -> Rendition:
        facts = {"vmaf": scores.get(planned.name), "is_copy": planned.name in copied}
        return published(planned, self._layout).model_copy(update=facts)


def published(planned: PlannedRendition, layout: Layout, *, is_ready: bool = True) -> Rendition:
    """As events tell of it."""
    return Rendition(
        name=planned.name.removesuffix(_AGAIN),
        width=planned.width,
        height=planned.height,
        bitrate_bps=planned.bitrate_bps,
        playlist_key=layout.playlist_of(planned.name),
        is_ready=is_ready,
    )
