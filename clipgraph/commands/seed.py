"""Fill a running platform with a demo world, through its public API. Doing it again changes nothing."""

from __future__ import annotations

import argparse
import asyncio
import functools

import aiohttp

from clipgraph.demo.api import Api
from clipgraph.demo.world import make_world
from kit.config import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(arguments: argparse.Namespace) -> int:
    del arguments
    asyncio.run(_seed(Settings()))
    return 0


async def _seed(settings: Settings) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{settings.router_port}/graphql"
        api = Api(session, url, settings.realtime_url)
        await make_world(api, settings.cache_dir.expanduser(), functools.partial(print, flush=True))
