"""``python -m benchmarks.media``: CPU seconds of one 20 s portrait video in 1080p, ours and one ffmpeg per rendition."""

from __future__ import annotations

import argparse
import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.media.peers import one_each, one_each_with_stills
from benchmarks.media.source import make_source
from benchmarks.report import Row, add_json_argument, report
from media.core.facts import judge
from media.core.figures import FIGURES, MediaFigures
from media.core.ladder import plan_renditions, plan_turns
from media.making import Maker
from media.runner import probe_file

_TOGETHER = replace(FIGURES, is_first_rung_ahead=False)


@dataclass(frozen=True)
class _Cost:
    cpu_s: float
    wall_s: float
    playable_s: float


Way = Callable[[Path, Path], Awaitable[float]]
"""Makes a video of a source in an empty folder; the time when it could be played first."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20)
    add_json_argument(parser)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        source = make_source(Path(folder), arguments.seconds)
        rows = asyncio.run(_run(source, Path(folder), arguments.turns))
    report(rows, arguments.json)


async def _run(source: Path, folder: Path, turns: int) -> list[Row]:
    ways: dict[str, Way] = {
        "clipgraph": _ours(FIGURES),
        "clipgraph, all rungs at once": _ours(_TOGETHER),
        "its first rung with all beside it": _first_rung,
        "its first rung alone, silent": _first_rung_alone,
        "one ffmpeg per rendition": one_each,
        "one each, stills and loudness too": one_each_with_stills,
    }
    costs: dict[str, list[_Cost]] = {name: [] for name in ways}
    for turn in range(turns):
        for name, way in ways.items():
            place = folder / f"{turn}-{len(costs[name])}-{name.replace(' ', '')}"
            place.mkdir()
            costs[name].append(await _measure(way, source, place))
    theirs = median(cost.cpu_s for cost in costs["one each, stills and loudness too"])
    return [_row(name, found, theirs) for name, found in costs.items()]


async def _measure(way: Way, source: Path, place: Path) -> _Cost:
    cpu, started = _children_cpu_s(), time.monotonic()
    playable = await way(source, place)
    ended = time.monotonic()
    return _Cost(_children_cpu_s() - cpu, ended - started, playable - started)


def _ours(figures: MediaFigures) -> Way:
    """All that a job does between download and upload: probed, judged, made, checked."""

    async def make(source: Path, place: Path) -> float:
        facts = await probe_file(source, figures)
        judge(facts, figures)
        maker = Maker(place, source, figures)
        facts, gain = await maker.measure_sound(facts)
        now, *later = plan_turns(plan_renditions(facts, figures), figures)
        tracks = await maker.make_first(facts, now, gain, _ignore)
        await maker.pick_stills(facts)
        playable = time.monotonic()
        for turn in later:
            tracks += await maker.make_rest(facts, turn, tracks)
        return playable

    return make


async def _first_rung(source: Path, place: Path) -> float:
    """Sound in two passes, stills, sprite, preview and placeholders are made along with it."""
    maker = Maker(place, source, FIGURES)
    facts, gain = await maker.measure_sound(await probe_file(source, FIGURES))
    await maker.make_first(facts, plan_renditions(facts, FIGURES)[:1], gain, _ignore)
    await maker.pick_stills(facts)
    return time.monotonic()


async def _first_rung_alone(source: Path, place: Path) -> float:
    facts = (await probe_file(source, FIGURES)).silent()
    await Maker(place, source, FIGURES).make_rest(facts, plan_renditions(facts, FIGURES)[:1], [])
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
        "of_the_last_ratio": cpu_s / theirs_cpu_s,
    }


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
