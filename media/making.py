"""What a job makes on its own disk: tracks, manifests and stills, checked before anybody sees them."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from prometheus_client import Counter

from contracts.fingerprints import Fingerprint
from kit.telemetry import get_logger
from media.core.boxes import MalformedBoxError
from media.core.checking import check_tracks
from media.core.commands import (
    SAMPLE,
    copy_command,
    decode_command,
    excerpt_file,
    first_command,
    listen_command,
    look_command,
    loudness_command,
    read_command,
    rest_command,
    sample_command,
    trial_command,
    trial_vmaf_command,
    vmaf_command,
    vmaf_log,
)
from media.core.errors import BrokenOutputError, RejectedError
from media.core.facts import MediaFacts
from media.core.figures import Limits, MediaFigures
from media.core.fingerprinting import LOOKS, SOUND_PRINT, take_fingerprint
from media.core.gpu import Capabilities, Route, choose_route
from media.core.graph import STILLS_LOG
from media.core.ladder import PlannedRendition, fit, plan_renditions, tuned
from media.core.layout import (
    AUDIO,
    MANIFEST,
    MASTER,
    PLAYLIST,
    PREVIEW,
    SPRITE,
    SPRITE_VTT,
    thumbnail_name,
    track_file,
)
from media.core.loudness import gain_db, parse_loudness
from media.core.marking import WATERMARK, draw_watermark
from media.core.placeholders import blurhash, pick_picture, thumbhash
from media.core.sampling import Sample, parse_vmaf, plan_sample
from media.core.storyboard import (
    CANDIDATES,
    PLACEHOLDERS,
    choose_cover,
    choose_thumbnails,
    parse_stills,
    sprite_vtt,
)
from media.core.timing import Timing
from media.core.tracks import Track
from media.packaging import copy_segment, cut_track, write_manifests
from media.runner import ChildError, OnProgress, has_chromaprint, run_ffmpeg

Renditions = Sequence[PlannedRendition]
NO_CARD = Capabilities()

_log = get_logger("media")
_CARD_FAILURES = Counter("clipgraph_media_card_failures_total", "Commands done again by the processor.")


@dataclass(frozen=True, slots=True)
class Placeholders:
    blurhash: str
    thumbhash: str


class Maker:
    """Works in ``folder``, which holds the source. What is to be published ends up in ``hls`` and ``stills``.

    Its verbs raise RejectedError when the file is at fault, BrokenOutputError when what came out is not what was
    planned, and ChildError when the machine is.
    """

    def __init__(
        self, folder: Path, source: Path, figures: MediaFigures, capabilities: Capabilities = NO_CARD
    ) -> None:
        self._source = source
        self._capabilities = capabilities
        self._figures = replace(figures, threads=figures.threads or _threads(figures))
        self._raw = _folder(folder / "raw")
        self.hls = _folder(folder / "hls")
        self.stills = _folder(folder / "stills")

    async def measure_sound(self, facts: MediaFacts) -> tuple[MediaFacts, float]:
        """The facts, without sound if it can't be read, and the gain that it needs."""
        if not facts.has_audio:
            return facts, 0.0
        command = loudness_command(self._source, facts, self._figures)
        try:
            measured = parse_loudness(await run_ffmpeg(command, self._raw, self._limits(facts)))
        except RejectedError:
            measured = None
        if measured is None:
            return facts.silent(), 0.0
        return facts, gain_db(measured, self._figures)

    async def make_first(
        self, facts: MediaFacts, renditions: Renditions, gain: float, on_progress: OnProgress
    ) -> list[Track]:
        """Tracks of these renditions and of the sound."""
        await self._draw_mark(facts)
        sample = self._sample(facts)

        def command(route: Route) -> list[str]:
            return first_command(
                self._source, facts, renditions, gain, self._figures, sample=sample, route=route
            )

        async def finish() -> list[Track]:
            return await self._finish(facts, renditions, has_sound=facts.has_audio)

        route = choose_route(facts, self._capabilities, is_looked_at=True)
        return await self._make_on(route, command, finish, facts, on_progress)

    async def make_copy(self, facts: MediaFacts, rendition: PlannedRendition) -> list[Track]:
        """The source's own pictures as a track; only for what ``faults_of_copy`` finds nothing against."""
        command = copy_command(self._source, facts, rendition, self._figures)
        await run_ffmpeg(command, self._raw, self._limits(facts))
        return await self._finish(facts, [rendition], has_sound=False)

    async def tune(self, facts: MediaFacts, renditions: Renditions) -> tuple[PlannedRendition, ...]:
        """The same with the quality that brings them near their VMAF, as far as a sample of the video tells."""
        sample, limits = self._sample(facts), self._limits(facts)
        tried = [each for each in renditions if each.vmaf and each.height <= sample.height][-1:]
        if not tried:
            return tuple(renditions)
        if not (self._raw / SAMPLE).exists():
            await self._draw_mark(facts)
            await run_ffmpeg(sample_command(self._source, facts, sample, self._figures), self._raw, limits)
        await run_ffmpeg(trial_command(tried, self._figures), self._raw, limits)
        [top] = tried
        await run_ffmpeg(trial_vmaf_command(top.name, sample), self._raw, limits)
        return tuned(renditions, {top.name: self._measured(top.name)}, self._figures)

    async def score(self, facts: MediaFacts, renditions: Renditions) -> dict[str, float]:
        """VMAF of what was made here, measured on the sample's frames, by name; without those that can't be told."""
        names = [each.name for each in renditions if (self._raw / excerpt_file(each.name, 0)).exists()]
        if not names or not (self._raw / SAMPLE).exists():
            return {}
        await run_ffmpeg(vmaf_command(names, self._sample(facts)), self._raw, self._limits(facts))
        return {name: self._measured(name) for name in names}

    async def _draw_mark(self, facts: MediaFacts) -> None:
        if facts.watermark is not None:
            mark = draw_watermark(facts.watermark, facts.width, facts.height)
            await asyncio.to_thread((self._raw / WATERMARK).write_bytes, mark)

    def _measured(self, name: str) -> float:
        return parse_vmaf((self._raw / vmaf_log(name)).read_text())

    def _sample(self, facts: MediaFacts) -> Sample:
        figures = self._figures
        return plan_sample(Timing.of(facts, figures), plan_renditions(facts, figures), figures)

    async def make_rest(self, facts: MediaFacts, renditions: Renditions) -> list[Track]:
        """Tracks of these renditions."""
        await self._draw_mark(facts)

        def command(route: Route) -> list[str]:
            return rest_command(self._source, facts, renditions, self._figures, route)

        async def finish() -> list[Track]:
            return await self._finish(facts, renditions, has_sound=False)

        route = choose_route(facts, self._capabilities, is_looked_at=False)
        return await self._make_on(route, command, finish, facts)

    async def _make_on(
        self,
        route: Route,
        command: Callable[[Route], list[str]],
        finish: Callable[[], Awaitable[list[Track]]],
        facts: MediaFacts,
        on_progress: OnProgress | None = None,
    ) -> list[Track]:
        """By the processor when the card fails, or what it made is not what was planned."""
        limits = self._limits(facts)
        if route is not Route.PROCESSOR:
            try:
                await run_ffmpeg(
                    command(route), self._raw, replace(limits, memory_bytes=0), on_progress=on_progress
                )
                return await finish()
            except (RejectedError, BrokenOutputError, ChildError) as error:
                _log.warning("card_failed", route=route.value, cause=repr(error.__cause__ or error))
                _CARD_FAILURES.inc()
        await run_ffmpeg(command(Route.PROCESSOR), self._raw, limits, on_progress=on_progress)
        return await finish()

    async def _finish(self, facts: MediaFacts, renditions: Renditions, *, has_sound: bool) -> list[Track]:
        names = [each.name for each in renditions] + [AUDIO] * has_sound
        sampled = [window.segment for window in self._sample(facts).windows]
        try:
            tracks = [await asyncio.to_thread(self._cut, name, sampled) for name in names]
        except MalformedBoxError as error:
            raise BrokenOutputError([str(error)]) from error
        check_tracks(tracks, facts, renditions, self._figures, has_sound=has_sound)
        write_manifests(tracks, self.hls)
        await self._play(tracks, facts)
        return tracks

    def _cut(self, name: str, sampled: Sequence[int]) -> Track:
        """Keeps excerpts to measure, since segments leave the disk when they are published."""
        whole = self._raw / track_file(name)
        if not whole.exists():
            raise MalformedBoxError(f"{name} is missing")
        track = cut_track(whole, name, self.hls)
        whole.unlink()
        if track.is_video and max(sampled) < len(track.segments):
            for place, number in enumerate(sampled):
                copy_segment(track, self.hls, number, self._raw / excerpt_file(name, place))
        return track

    async def _play(self, tracks: Sequence[Track], facts: MediaFacts) -> None:
        """Every track is decoded by way of its playlist, and every packet is read by way of both manifests.

        Large pictures are decoded where players begin, in each segment; to decode all of them would cost a tenth of
        making them.
        """
        limit = self._figures.checked_whole_short_side
        whole = {track.name for track in tracks if min(track.init.width, track.init.height) <= limit}
        commands = [await self._check_command(track, is_whole=track.name in whole) for track in tracks]
        for command in (*commands, read_command([MASTER, MANIFEST], tracks)):
            try:
                await run_ffmpeg(command, self.hls, self._limits(facts))
            except RejectedError as error:
                raise BrokenOutputError([f"{' '.join(command)}: {error.__cause__}"]) from error

    async def _check_command(self, track: Track, *, is_whole: bool) -> list[str]:
        """What is decoded anyway is looked at and listened to for the fingerprint."""
        playlist = f"{track.name}/{PLAYLIST}"
        if track.is_video and is_whole:
            return look_command(playlist, self._raw / LOOKS)
        if not track.is_video and await has_chromaprint():
            return listen_command(playlist, self._raw / SOUND_PRINT)
        return decode_command(playlist, is_whole=is_whole)

    async def take_fingerprint(self) -> Fingerprint | None:
        """Of what ``make_first`` left; None when nothing of it was looked at."""
        looks, sound_print = self._raw / LOOKS, self._raw / SOUND_PRINT

        def take() -> Fingerprint | None:
            if not looks.exists():
                return None
            return take_fingerprint(
                looks.read_bytes(), sound_print.read_bytes() if sound_print.exists() else None
            )

        return await asyncio.to_thread(take)

    async def pick_stills(self, facts: MediaFacts) -> Placeholders:
        """Thumbnails, sprite and preview, out of what ``make_first`` left."""
        return await asyncio.to_thread(self._pick_stills, facts)

    def _pick_stills(self, facts: MediaFacts) -> Placeholders:
        figures = self._figures
        stills = parse_stills((self._raw / STILLS_LOG).read_text())
        if len(stills) != figures.stills:
            raise BrokenOutputError([f"{len(stills)} stills, not {figures.stills}"])
        chosen = choose_thumbnails(stills, figures.thumbnails)
        for number, place in enumerate(chosen, start=1):
            shutil.move(self._raw / (CANDIDATES % (place + 1)), self.stills / thumbnail_name(number))
        for name in (SPRITE, PREVIEW):
            shutil.move(self._raw / name, self.stills / name)
        tile = fit(facts.width, facts.height, figures.sprite_tile_long_side)
        vtt = sprite_vtt(
            SPRITE, tile, columns=figures.sprite_columns, count=figures.stills, duration_ms=facts.duration_ms
        )
        (self.stills / SPRITE_VTT).write_text(vtt)
        dot = fit(facts.width, facts.height, figures.placeholder_long_side)
        tiny = pick_picture((self._raw / PLACEHOLDERS).read_bytes(), *dot, choose_cover(stills, chosen))
        return Placeholders(blurhash(tiny), thumbhash(tiny))

    def _limits(self, facts: MediaFacts) -> Limits:
        figures = self._figures
        time_s = figures.base_time_s + figures.time_per_s * facts.duration_ms / 1000
        return Limits(figures.memory_bytes, figures.output_bytes, time_s, time_s * _cores())


def _threads(figures: MediaFigures) -> int:
    return min(figures.threads_at_most, _cores() * 3 // 2)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
