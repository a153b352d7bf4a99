"""Send a video file and wait until it plays.

Parts go side by side, each checked by the store. Killed or cut off, the same command goes on where it was, on any
machine that has the file, for a day. A file of which you have a video already is not sent again.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from pathlib import Path
from typing import Any

import aiohttp

from clipgraph.demo import documents
from clipgraph.demo.api import Api, ApiError, MutationRefusedError
from clipgraph.demo.publishing import Progress, Publication
from clipgraph.demo.uploader import PARTS_AT_ONCE, UploadError
from kit.config import Settings

_BAR = 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    settings = Settings()
    parser.add_argument("file", type=Path, help="MP4, MOV, WebM, MKV or AVI; 500 MB and 10 minutes at most")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument(
        "--as",
        dest="login",
        metavar="HANDLE",
        help="sign in as; the password is asked for, or read from a pipe",
    )
    who.add_argument("--token", help="an access token; good for 15 minutes")
    parser.add_argument("--title", help="default: the file's name")
    parser.add_argument("--description", default="")
    parser.add_argument("--hashtag", action="append", default=[], help="may be repeated")
    parser.add_argument("--visibility", choices=("public", "friends", "private"), default="public")
    parser.add_argument("--url", default=f"http://127.0.0.1:{settings.router_port}/graphql")
    parser.add_argument("--socket-url", default=settings.realtime_url)
    parser.add_argument("--parts-at-once", type=int, default=PARTS_AT_ONCE, help="16 MiB each")


def run(arguments: argparse.Namespace) -> int:
    try:
        asyncio.run(_run(arguments))
    except KeyboardInterrupt:
        return _fail("interrupted", "Run the same command to go on.")
    except (aiohttp.ClientConnectionError, ConnectionError, TimeoutError) as error:
        return _fail(f"the connection broke off: {error}", "Run the same command to go on.")
    except (UploadError, ApiError, MutationRefusedError, OSError) as error:
        return _fail(str(error))
    return 0


async def _run(arguments: argparse.Namespace) -> None:
    password = None if arguments.login is None else _read_password(arguments.login)
    async with aiohttp.ClientSession() as session:
        anybody = Api(session, arguments.url, arguments.socket_url)

        async def sign_in() -> Api:
            payload = await anybody.mutate(documents.LOG_IN, login=arguments.login, password=password)
            return anybody.signed_in(payload["tokens"]["accessToken"])

        publication = Publication(
            anybody.signed_in(arguments.token) if arguments.token else await sign_in(),
            arguments.file,
            _given(arguments),
            _Line().show,
            None if arguments.token else sign_in,
            max(1, arguments.parts_at_once),
        )
        video = await publication.run()
    print(f"\n{video['id']} plays: {video['playlistUrl']}")


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "title": arguments.title or arguments.file.stem,
        "description": arguments.description,
        "hashtags": arguments.hashtag,
        "visibility": arguments.visibility.upper(),
    }


def _read_password(login: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {login}: ")
    return sys.stdin.readline().rstrip("\n")


class _Line:
    """One line that is written over on a terminal; elsewhere a line for each step of ten percent."""

    def __init__(self) -> None:
        self._shown: tuple[str, int] | None = None

    def show(self, progress: Progress) -> None:
        rest = "" if progress.remaining_s is None else f", about {progress.remaining_s} s left"
        if sys.stdout.isatty():
            bar = "#" * (_BAR * progress.percent // 100)
            print(
                f"\r{progress.stage:<12} [{bar:<{_BAR}}] {progress.percent:3} %{rest}\033[K",
                end="",
                flush=True,
            )
            return
        step = (progress.stage, progress.percent // 10)
        if step != self._shown:
            print(f"{progress.stage} {progress.percent} %{rest}", flush=True)
        self._shown = step


def _fail(what: str, advice: str = "") -> int:
    print(f"\nclipgraph: {what}. {advice}".rstrip(), file=sys.stderr)
    return 1
