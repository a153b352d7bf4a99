"""Play the main story against a running platform: sign up, upload, transcode, feed, play, like, live count."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from pathlib import Path

import aiohttp

from clipgraph.demo.api import Api, ApiError, MutationRefusedError
from clipgraph.demo.playback import PlaybackError
from clipgraph.demo.story import Happening, Story, StoryError
from devstack.clips import load_clips
from kit.config import Settings

_FAILURES = (StoryError, ApiError, MutationRefusedError, PlaybackError, TimeoutError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clip", type=Path, help="a video file to upload; default: one of the demo clips")


def run(arguments: argparse.Namespace) -> int:
    settings = Settings()
    clip = arguments.clip or load_clips(settings.cache_dir.expanduser(), _say)[0].path
    try:
        asyncio.run(_play(settings, clip))
    except aiohttp.ClientConnectionError:
        print(
            f"clipgraph: nothing answers on port {settings.router_port}; start it with `make up`",
            file=sys.stderr,
        )
        return 1
    except _FAILURES as error:
        print(f"clipgraph: the story broke off: {type(error).__name__} {error}", file=sys.stderr)
        return 1
    return 0


async def _play(settings: Settings, clip: Path) -> None:
    url = f"http://127.0.0.1:{settings.router_port}/graphql"
    socket_url = f"ws://127.0.0.1:{settings.realtime_port}/graphql"
    async with aiohttp.ClientSession() as session:
        await Story(Api(session, url, socket_url), clip, secrets.token_hex(3), _tell).run()


def _tell(happening: Happening) -> None:
    print(f"  {happening.seconds * 1000:8.0f} ms  {happening.who:<9} {happening.what}", flush=True)


def _say(line: str) -> None:
    print(f"  {line}", flush=True)
