"""``python -m benchmarks.router``: an entity hop over two subgraphs through routers of several makes, in turns."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.report import Row, add_json_argument, report
from benchmarks.router.load import Scenario, Weighed, check, measure
from benchmarks.router.world import OURS, RunningRouter, running_routers

_SCENARIOS = [Scenario(connections, is_distinct) for is_distinct in (True, False) for connections in (1, 16)]
_WARM_UP_S = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.router", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each turn (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=3, help="of each scenario (default: %(default)s)")
    parser.add_argument("--ours", action="store_true", help="no router but our own")
    add_json_argument(parser)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        rows = uvloop.run(_run(Path(folder), arguments))
    report(rows, arguments.json)


async def _run(folder: Path, arguments: argparse.Namespace) -> list[Row]:
    async with running_routers(folder, OURS if arguments.ours else None) as routers:
        for router in routers:
            await check(router)
            await measure(router, Scenario(16, is_distinct=True), _WARM_UP_S, Weighed())
        weighed = {(scenario, router.name): Weighed() for scenario in _SCENARIOS for router in routers}
        for turn in range(arguments.turns):
            for scenario in _SCENARIOS:
                # Nobody always comes first.
                for router in routers[turn % len(routers) :] + routers[: turn % len(routers)]:
                    await measure(router, scenario, arguments.seconds, weighed[scenario, router.name])
                print(f"turn {turn + 1}: {scenario}", file=sys.stderr)
    return [_row(scenario, router, weighed) for scenario in _SCENARIOS for router in routers]


def _row(scenario: Scenario, router: RunningRouter, weighed: dict[tuple[Scenario, str], Weighed]) -> Row:
    own, ours = weighed[scenario, router.name], weighed[scenario, OURS]
    return {
        "name": f"{router.name}, {scenario}",
        "requests_per_s": own.measured.per_second,
        "p50_ms": own.measured.percentile_ms(0.5),
        "p99_ms": own.measured.percentile_ms(0.99),
        "cpu_ms": own.cpu_ms,
        "cpu_to_ours": own.cpu_ms / ours.cpu_ms,
    }


if __name__ == "__main__":
    main()
