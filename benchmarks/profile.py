"""Where a process spends its time: ``python -m benchmarks.profile FILE`` reads what ``py-spy record -f raw -o FILE`` wrote.

By room: a sample belongs to the innermost of its frames that is ours or a library's; the standard library counts for
whoever calls it. By function: *self* is the innermost frame, *cumulated* all that lie on the way.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import Row, add_json_argument, report

_OURS = ("clipgraph", "contracts", "kit", "realtime", "router", "subgraphs")
_FRAME = re.compile(r"(?P<function>.*) \((?P<file>.*?)(?::\d+)?\)")
_GENERATED = "<graphql"


@dataclass(slots=True)
class Profile:
    """Counts of samples."""

    total: int = 0
    rooms: Counter[str] = field(default_factory=Counter)
    innermost: Counter[str] = field(default_factory=Counter)
    cumulated: Counter[str] = field(default_factory=Counter)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--top", type=int, default=40, help="functions to show (default: %(default)s)")
    add_json_argument(parser)
    arguments = parser.parse_args()
    profile = read_profile(arguments.file.read_text().splitlines())
    report([*_rows(profile, arguments.top)], arguments.json)


def read_profile(lines: Iterable[str]) -> Profile:
    """Of stacks, each ``frame;frame;… count`` with the innermost last."""
    profile = Profile()
    for line in lines:
        stack, count = line.rsplit(" ", 1)
        frames = [_FRAME.sub(r"\g<function> (\g<file>)", frame) for frame in stack.split(";")]
        profile.total += int(count)
        profile.innermost[frames[-1]] += int(count)
        profile.rooms[_room_of_stack(frames)] += int(count)
        profile.cumulated.update(dict.fromkeys(frames, int(count)))
    return profile


def _room_of_stack(frames: Sequence[str]) -> str:
    return next(filter(None, map(_room, reversed(frames))), "event loop")


def _room(frame: str) -> str | None:
    """The folder of ours, with its subfolder, or the library; None for the standard library and for C."""
    match = _FRAME.fullmatch(frame)
    file = match["file"] if match else ""
    if file.startswith(_GENERATED):
        return "compiled operations"
    first, *rest = file.removesuffix(".py").split("/")
    if first in _OURS:
        return "/".join((first, *rest[:1]))
    return first if rest and first not in sys.stdlib_module_names else None


def _rows(profile: Profile, top: int) -> Iterator[Row]:
    def percent(count: int) -> float:
        return 100 * count / profile.total

    for room, count in profile.rooms.most_common():
        yield {"name": room, "self %": percent(count)}
    for function, count in profile.innermost.most_common(top):
        yield {
            "name": function,
            "self %": percent(count),
            "cumulated %": percent(profile.cumulated[function]),
        }


if __name__ == "__main__":
    main()
