"""Starts PostgreSQL, Valkey, SeaweedFS and all of our processes on this machine, migrates, seeds once,
and keeps everything running until Ctrl-C. Data and logs are in CLIPGRAPH_DATA_DIR (.data)."""

from __future__ import annotations

import argparse
import asyncio
import functools

from clipgraph.supervisor.steps import STEPS
from clipgraph.supervisor.supervisor import Supervisor
from kit.config import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-seed", action="store_true", help="leave the world empty")


def run(args: argparse.Namespace) -> int:
    return asyncio.run(_run(with_seed=not args.no_seed))


async def _run(*, with_seed: bool) -> int:
    steps = [step for step in STEPS if with_seed or step.name != "seed"]
    say = functools.partial(print, flush=True)
    return await Supervisor(Settings(), steps=steps, say=say).run()
