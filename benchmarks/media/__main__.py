"""``python -m benchmarks.media``: CPU seconds and VMAF of one 20 s portrait video in 1080p, ours and others'."""

from __future__ import annotations

import argparse
import asyncio
import resource
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.media.peers import one_each, one_each_with_stills
from benchmarks.media.quality import measure_vmaf
from benchmarks.media.source import make_source, make_suiting_source
from benchmarks.media.streamers import (
    ffmpeg_video_streaming,
    pictures_of_shaka,
    pictures_of_streaming,
    prepare,
    shaka_streamer,
)
from benchmarks.report import Row, add_json_argument, report
from media.core.copying import faults_of_copy
from media.core.facts import MediaFacts, judge
from media.core.figures import FIGURES, MediaFigures
from media.core.ladder import plan_renditions, plan_turns
from media.core.pace import Pace, is_easy, is_tuned
from media.core.timing import Timing
from media.core.tracks import Track
from media.making import Maker, Renditions
from media.runner import probe_file

SECONDS = 20
_TOGETHER = replace(FIGURES, is_first_rung_ahead=False)


@dataclass(frozen=True)
class _Cost:
    cpu_s: float
    wall_s: float
    playable_s: float


Way = Callable[[Path, Path], Awaitable[float]]
"""Makes a video of a source in an empty folder; the time when it could be played first."""

Pictures = Callable[[Path, str], Path]
"""A rendition in one file, of the folder where a way worked."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=2)
    add_json_argument(parser)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        source = make_source(Path(folder), SECONDS)
        rows = asyncio.run(_run(source, Path(folder), arguments.turns))
    report(rows, arguments.json)


async def _run(source: Path, folder: Path, turns: int) -> list[Row]:
    suiting = make_suiting_source(source, folder)
    prepare()
    ways: dict[str, tuple[Way, Path, Pictures | None]] = {
        "clipgraph": (_ours(FIGURES), source, _our_pictures),
        "clipgraph, a source that suits": (_ours(FIGURES), suiting, _our_pictures),
        "clipgraph, all rungs at once": (_ours(_TOGETHER), source, None),
        "clipgraph in a hurry": (_ours(FIGURES, Pace.HURRIED), source, _our_pictures),
        "its first rung with all beside it": (_first_rung, source, None),
        "its first rung alone, silent": (_first_rung_alone, source, None),
        "one ffmpeg per rendition": (one_each, source, None),
        "one each, stills and loudness too": (one_each_with_stills, source, None),
        "python-ffmpeg-video-streaming": (ffmpeg_video_streaming, source, pictures_of_streaming),
        "shaka-streamer": (shaka_streamer, source, pictures_of_shaka),
    }
    costs: dict[str, list[_Cost]] = {name: [] for name in ways}
    quality: dict[str, dict[str, str | float]] = {name: {} for name in ways}
    for turn in range(turns):
        for name, (way, given, pictures) in ways.items():
            place = folder / f"{turn}-{name.replace(' ', '').replace(',', '')}"
            place.mkdir()
            costs[name].append(await _measure(way, given, place))
            if pictures is not None and not turn:
                quality[name] = _quality(pictures, place, given)
            shutil.rmtree(place)
    theirs = median(cost.cpu_s for cost in costs["shaka-streamer"])
    return [{**_row(name, found, theirs), **quality[name]} for name, found in costs.items()]


def _quality(pictures: Pictures, place: Path, source: Path) -> dict[str, str | float]:
    found: dict[str, str | float] = {}
    for rung in ("360p", "720p", "1080p"):
        file = pictures(place, rung)
        found[f"{rung}_vmaf"] = measure_vmaf(file, source)
        found[f"{rung}_kbps"] = round(file.stat().st_size * 8 / 1000 / SECONDS)
    return found


def _our_pictures(place: Path, rung: str) -> Path:
    folder = place / "hls" / rung
    joined = place / f"{rung}.joined.mp4"
    parts = [folder / "init.mp4", *sorted(folder.glob("seg_*.m4s"))]
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    return joined


async def _measure(way: Way, source: Path, place: Path) -> _Cost:
    cpu, started = _children_cpu_s(), time.monotonic()
    playable = await way(source, place)
    ended = time.monotonic()
    return _Cost(_children_cpu_s() - cpu, ended - started, playable - started)


def _ours(figures: MediaFigures, pace: Pace = Pace.USUAL) -> Way:
    """All that a job does between download and upload: probed, judged, made, checked, measured."""

    async def make(source: Path, place: Path) -> float:
        facts = await probe_file(source, figures)
        judge(facts, figures)
        maker = Maker(place, source, figures)
        facts, gain = await maker.measure_sound(facts)
        renditions = plan_renditions(facts, figures, pace)
        now, *later = plan_turns(renditions, figures)
        tracks = await maker.make_first(facts, now, gain, _ignore)
        await maker.pick_stills(facts)
        playable = time.monotonic()
        for turn in later:
            tracks = await _rest(maker, facts, turn, tracks, pace)
        if is_tuned(pace):
            await maker.score(facts, renditions)
        return playable

    return make


async def _rest(
    maker: Maker, facts: MediaFacts, turn: Renditions, earlier: Sequence[Track], pace: Pace
) -> list[Track]:
    timing, tracks = Timing.of(facts, FIGURES), list(earlier)
    copied = [each for each in turn if not faults_of_copy(facts, each, timing, FIGURES)]
    coded: Renditions = [each for each in turn if each not in copied]
    for each in copied:
        tracks += await maker.make_copy(facts, each)
    low = plan_renditions(facts, FIGURES, pace)[0]
    if is_tuned(pace) and is_easy(earlier[0].average_bps, low.bitrate_bps, FIGURES):
        coded = await maker.tune(facts, coded)
    return tracks + await maker.make_rest(facts, coded)


async def _first_rung(source: Path, place: Path) -> float:
    """Sound in two passes, stills, sprite, preview and placeholders are made along with it."""
    maker = Maker(place, source, FIGURES)
    facts, gain = await maker.measure_sound(await probe_file(source, FIGURES))
    await maker.make_first(facts, plan_renditions(facts, FIGURES)[:1], gain, _ignore)
    await maker.pick_stills(facts)
    return time.monotonic()


async def _first_rung_alone(source: Path, place: Path) -> float:
    facts = (await probe_file(source, FIGURES)).silent()
    await Maker(place, source, FIGURES).make_rest(facts, plan_renditions(facts, FIGURES)[:1])
    return time.monotonic()


async def _ignore(_: int) -> None:
    return


def _row(name: str, costs: list[_Cost], theirs_cpu_s: float) -> Row:
    cpu_s = median(cost.cpu_s for cost in costs)
    return {
        "name": name,
        "cpu_s": cpu_s,
        "wall_s": median(cost.wall_s for cost in costs),
        "playable_after_s": median(cost.playable_s for cost in costs),
        "of_shaka_streamer_ratio": cpu_s / theirs_cpu_s,
    }


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
