"""``python -m benchmarks.feed.parts``: what each part of a For You page costs the platform. The selection grows step by
step, and all steps take turns.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.feed.contenders import Servers, start_platform
from benchmarks.feed.operations import Viewers
from benchmarks.feed.turns import Key, Weighed, contender_of, take_turns
from benchmarks.load import Measured
from benchmarks.report import Row, add_json_argument, report
from devstack.testing import SessionStack, session_stack
from kit.config import Settings
from subgraphs.auth.tokens import load_signing_key

_CONNECTIONS = 16
_WARM_UP_S = 1.5
_VIDEO = "id title playlistUrl thumbnailUrls durationMs publishedAt"
_AUTHOR = "id handle displayName avatarUrl"
_ENGAGEMENT = "viewCount likeCount commentCount shareCount saveCount viewerHasLiked viewerHasSaved"


def _page(selection: str) -> str:
    return (
        "query ForYou($first: Int) { forYouFeed(first: $first) {"
        f" edges {{ {selection} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )


_STEPS = {
    "nothing": "query ($first: Int) { __typename forYouFeed(first: $first) @skip(if: true) { __typename } }",
    "+ edges (feed)": _page("cursor"),
    "+ videos (videos)": _page(f"node {{ {_VIDEO} }}"),
    "+ authors (users)": _page(f"node {{ {_VIDEO} author {{ {_AUTHOR} }} }}"),
    "+ engagement (social)": _page(f"node {{ {_VIDEO} author {{ {_AUTHOR} }} {_ENGAGEMENT} }}"),
    "+ follows (social)": _page(
        f"node {{ {_VIDEO} author {{ {_AUTHOR} viewerIsFollowing }} {_ENGAGEMENT} }}"
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed.parts", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each turn (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=6, help="of each step (default: %(default)s)")
    add_json_argument(parser)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder, session_stack(Path(folder) / "servers") as stack:
        rows = uvloop.run(_run(stack, Path(folder), arguments))
    report(rows, arguments.json)


async def _run(stack: SessionStack, folder: Path, arguments: argparse.Namespace) -> list[Row]:
    servers = await Servers.open(stack)
    viewers = Viewers(load_signing_key(Settings(data_dir=folder)), *await servers.fill())
    async with AsyncExitStack() as exits:
        platform = await start_platform(exits, servers, folder)
        steps = [
            contender_of("page", replace(platform, name=name), viewers.parts(document))
            for name, document in _STEPS.items()
        ]
        for step in steps:
            await step.drive(_CONNECTIONS, _WARM_UP_S, Measured())
        weighed = await take_turns(
            steps, servers, connections=[_CONNECTIONS], seconds=arguments.seconds, turns=arguments.turns
        )
    return list(_rows(weighed))


def _rows(weighed: Mapping[Key, Weighed]) -> Iterator[Row]:
    before_ms = 0.0
    for (_, _, name), step in weighed.items():
        python_ms = step.a_request_ms(step.python_s)
        yield {
            "name": name,
            "requests_per_s": step.measured.per_second,
            "python_cpu_ms": python_ms,
            "more_python_cpu_ms": python_ms - before_ms,
            "postgres_cpu_ms": step.a_request_ms(step.postgres_s),
            "valkey_cpu_ms": step.a_request_ms(step.valkey_s),
        }
        before_ms = python_ms


if __name__ == "__main__":
    main()
