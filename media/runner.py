"""Running ffmpeg and the probe: children that are bounded in time and die with their job."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import imageio_ffmpeg

from media.core.containers import HEAD_BYTES, sniff_container
from media.core.errors import RejectedError, Rejection
from media.core.facts import MediaFacts
from media.core.figures import MediaFigures
from media.core.progress import parse_progress

_TAIL_BYTES = 4000
_NICE = ["nice", "-n", "10"]

OnProgress = Callable[[int], Awaitable[None]]
"""Gets the milliseconds of video that are done."""


class FfmpegError(Exception):
    """ffmpeg gave up on a file. ``tail`` is the end of what it said."""

    def __init__(self, status: int | None, tail: str) -> None:
        super().__init__(f"ffmpeg ended with {status}: {tail}")
        self.status = status
        self.tail = tail


async def probe_file(path: Path, figures: MediaFigures) -> MediaFacts:
    """Raises RejectedError."""
    container = await asyncio.to_thread(_sniff, path)
    if container is None:
        raise RejectedError(Rejection.NOT_A_VIDEO)
    argv = [sys.executable, "-m", "media.probe", container, str(path)]
    output = bytearray()

    async def collect(stream: asyncio.StreamReader) -> None:
        output.extend(await stream.read())

    try:
        status, _ = await _run(argv, Path.cwd(), figures.probe_timeout_s, collect)
    except TimeoutError as error:
        raise RejectedError(Rejection.CORRUPT_FILE) from error
    if status not in (0, 3):
        raise RejectedError(Rejection.CORRUPT_FILE)  # the decoder crashed on it
    content = json.loads(output)
    if "rejected" in content:
        raise RejectedError(Rejection(content["rejected"]))
    return MediaFacts.from_json(content)


async def run_ffmpeg(
    arguments: Sequence[str], folder: Path, *, timeout_s: float, on_progress: OnProgress | None = None
) -> None:
    """Runs in ``folder``, nicely. Raises FfmpegError, also when it takes too long; a cancelled job ends it."""

    async def follow(stream: asyncio.StreamReader) -> None:
        async for line in stream:
            done_ms = parse_progress(line.decode("ascii", "replace"))
            if done_ms is not None and on_progress is not None:
                await on_progress(done_ms)

    prefix = _NICE if shutil.which("nice") else []
    argv = [*prefix, imageio_ffmpeg.get_ffmpeg_exe(), *arguments]
    try:
        status, tail = await _run(argv, folder, timeout_s, follow)
    except TimeoutError as error:
        raise FfmpegError(None, f"took more than {timeout_s:.0f} s") from error
    if status != 0:
        raise FfmpegError(status, tail)


async def _run(
    argv: Sequence[str],
    folder: Path,
    timeout_s: float,
    read_stdout: Callable[[asyncio.StreamReader], Awaitable[None]],
) -> tuple[int, str]:
    """Exit status and the end of stderr. Raises TimeoutError. The whole process group is gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(timeout_s):
            _, tail = await asyncio.gather(read_stdout(process.stdout), _read_tail(process.stderr))
            return await process.wait(), tail
    finally:
        if process.returncode is None:
            _kill_group(process.pid)
            await process.wait()


async def _read_tail(stream: asyncio.StreamReader) -> str:
    tail = b""
    while chunk := await stream.read(4096):
        tail = (tail + chunk)[-_TAIL_BYTES:]
    return tail.decode("utf-8", "replace").strip()


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _sniff(path: Path) -> str | None:
    with path.open("rb") as file:
        return sniff_container(file.read(HEAD_BYTES))
