"""``python -m benchmarks.feed``: the platform in one process and split over HTTP, a monolith with and without Strawberry's
caches, and bare statements and commands take turns: a For You page and a like, over 1 and 16 connections.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.feed.contenders import Endpoint, Servers, start_monolith, start_platform, start_split
from benchmarks.feed.floor import Floor
from benchmarks.feed.operations import Viewers, check_equal, in_order
from benchmarks.feed.recording import open_recorder, usual
from benchmarks.feed.turns import FLOOR, Contender, contender_of, rows_of, take_turns
from benchmarks.load import Measured, Request, open_client
from benchmarks.report import Row, add_json_argument, report
from devstack.testing import SessionStack, session_stack
from kit.config import Settings
from kit.service import keep_what_is_loaded
from subgraphs.auth.tokens import load_signing_key

_CONNECTIONS = (1, 16)
_WARM_UP_S = 3.0
_RECORDED = 64


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each turn (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=8, help="of each case (default: %(default)s)")
    parser.add_argument("--ours", action="store_true", help="no monolith")
    add_json_argument(parser)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder, session_stack(Path(folder) / "servers") as stack:
        rows = uvloop.run(_run(stack, Path(folder), arguments))
    report(rows, arguments.json)


async def _run(stack: SessionStack, folder: Path, arguments: argparse.Namespace) -> list[Row]:
    servers = await Servers.open(stack)
    async with AsyncExitStack() as exits:
        contenders = await _open_contenders(exits, servers, folder, has_peers=not arguments.ours)
        keep_what_is_loaded()
        for contender in contenders:
            await contender.drive(max(_CONNECTIONS), _WARM_UP_S, Measured())
        weighed = await take_turns(
            contenders,
            servers,
            connections=_CONNECTIONS,
            seconds=arguments.seconds,
            turns=arguments.turns,
        )
    return rows_of(weighed)


async def _open_contenders(
    exits: AsyncExitStack, servers: Servers, folder: Path, *, has_peers: bool
) -> list[Contender]:
    key = load_signing_key(Settings(data_dir=folder))
    viewers = Viewers(key, *await servers.fill())
    endpoints = [
        await start_platform(exits, servers, folder),
        await start_split(exits, servers, folder),
    ]
    if has_peers:
        endpoints += [await start_monolith(exits, servers, key, has_caches=each) for each in (False, True)]
    for endpoint in endpoints:
        print(
            f"{endpoint.name}: {endpoint.url}, processes {', '.join(map(str, endpoint.pids))}",
            file=sys.stderr,
        )
    pages = viewers.pages()
    likes = [viewers.likes(number) for number in range(len(endpoints) + 1)]
    await check_equal([endpoint.url for endpoint in endpoints], [*pages[:3], *likes[0][0]])
    rounds: dict[str, Sequence[Sequence[Request]]] = {
        "For You": [[page] for page in pages[:_RECORDED]],
        "like": likes[-1][:_RECORDED],
    }
    floors = {name: await _open_floor(exits, servers, endpoints[0], each) for name, each in rounds.items()}
    return [
        *(contender_of("For You", endpoint, pages) for endpoint in endpoints),
        *(
            contender_of("like", endpoint, in_order(own))
            for endpoint, own in zip(endpoints, likes, strict=False)
        ),
        *(Contender(name, FLOOR, floor.drive, floor.python_cpu_s) for name, floor in floors.items()),
    ]


async def _open_floor(
    exits: AsyncExitStack, servers: Servers, platform: Endpoint, rounds: Sequence[Sequence[Request]]
) -> Floor:
    """Of what the platform asks for requests that come again; each client gets some of the rounds."""
    async with (
        open_client(platform.url, 1) as client,
        open_recorder(servers.dsn, servers.valkey_url, servers.log) as recorder,
    ):
        for request in chain(*rounds):
            await client.send(request)
        asked = [
            [await recorder.record(partial(client.send, each)) for each in requests] for requests in rounds
        ]
    kept, clients = usual(asked), max(_CONNECTIONS)
    return await Floor.open(
        exits,
        [list(chain(*kept[number::clients])) for number in range(clients)],
        dsn=servers.dsn,
        valkey_url=servers.valkey_url,
    )


if __name__ == "__main__":
    main()
