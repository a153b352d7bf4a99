"""Running ffmpeg and the probe: children with limits on memory, CPU, time and files, without a network, that die with
their job.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import imageio_ffmpeg

from media.core.containers import HEAD_BYTES, sniff_container
from media.core.errors import RejectedError, Rejection
from media.core.facts import MediaFacts
from media.core.failures import blame
from media.core.figures import Limits, MediaFigures
from media.core.progress import parse_progress
from media.probe import REJECTED_STATUS

_TAIL_BYTES = 8000
_NICE = 10
_SANDBOX = Path(__file__).with_name("sandbox.py")
_ROOT = Path(__file__).parent.parent
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CUDA_VISIBLE_DEVICES")

_KNOWN_MUXERS: set[str] = set()

OnProgress = Callable[[int], Awaitable[None]]
"""Gets the milliseconds of video that are done."""


class ChildError(Exception):
    """A child gave up. ``status`` is None when it took too long; ``tail`` is the end of what it said."""

    def __init__(self, status: int | None, tail: str) -> None:
        super().__init__(f"ended with {status}: {tail[-1000:]}")
        self.status = status
        self.tail = tail


async def probe_file(path: Path, figures: MediaFigures) -> MediaFacts:
    """Raises RejectedError when the file is at fault, ChildError when we are."""
    container = await asyncio.to_thread(_sniff, path)
    if container is None:
        raise RejectedError(Rejection.NOT_A_VIDEO)
    argv = [sys.executable, "-P", "-m", "media.probe", container, str(path)]
    output = bytearray()

    async def collect(stream: asyncio.StreamReader) -> None:
        output.extend(await stream.read())

    status, said = await _run(argv, path.parent, figures.probe_limits, collect)
    if status == REJECTED_STATUS:
        raise RejectedError(Rejection(json.loads(output)["rejected"]))
    if status == 0:
        return MediaFacts.from_json(json.loads(output))
    error = ChildError(status, said)
    if status is not None and status > 0 and blame(status, said) is Rejection.TRANSCODE_FAILED:
        raise error  # not the decoder's crash but a mistake of the probe
    raise _judged(error) from error


async def has_chromaprint() -> bool:
    """Whether this ffmpeg prints sounds; asked once."""
    return "chromaprint" in await _muxers()


async def run_ffmpeg(
    arguments: Sequence[str], folder: Path, limits: Limits, *, on_progress: OnProgress | None = None
) -> str:
    """Runs in ``folder``, nicely; the end of what it said. Raises RejectedError when the file is at fault, ChildError
    when we are. A cancelled job ends it.
    """

    async def follow(stream: asyncio.StreamReader) -> None:
        async for line in stream:
            done_ms = parse_progress(line.decode("ascii", "replace"))
            if done_ms is not None and on_progress is not None:
                await on_progress(done_ms)

    argv = [imageio_ffmpeg.get_ffmpeg_exe(), *arguments]
    status, tail = await _run(argv, folder, limits, follow)
    if status == 0:
        return tail
    error = ChildError(status, tail)
    raise _judged(error) from error


def _judged(error: ChildError) -> Exception:
    reason = blame(error.status, error.tail)
    return error if reason is None else RejectedError(reason)


async def _run(
    argv: Sequence[str],
    folder: Path,
    limits: Limits,
    read_stdout: Callable[[asyncio.StreamReader], Awaitable[None]],
) -> tuple[int | None, str]:
    """Exit status, None for too long, and the end of stderr. The whole process group is gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        *_sandboxed(argv, limits),
        cwd=folder,
        env=_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(limits.time_s):
            _, tail = await asyncio.gather(read_stdout(process.stdout), _read_tail(process.stderr))
            return await process.wait(), tail
    except TimeoutError:
        return None, f"took more than {limits.time_s:.0f} s"
    finally:
        if process.returncode is None:
            _kill_group(process.pid)
            await process.wait()


async def _muxers() -> frozenset[str]:
    if not _KNOWN_MUXERS:
        process = await asyncio.create_subprocess_exec(
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-muxers"), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await process.communicate()
        lines = [line.split() for line in said.decode("utf-8", "replace").splitlines()]
        _KNOWN_MUXERS.update(line[1] for line in lines if len(line) > 1)
    return frozenset(_KNOWN_MUXERS)


def _sandboxed(argv: Sequence[str], limits: Limits) -> list[str]:
    given = {
        "memory_bytes": limits.memory_bytes,
        "file_bytes": limits.file_bytes,
        "cpu_s": int(limits.cpu_s),
        "nice": _NICE,
        "parent": os.getpid(),
    }
    return [sys.executable, "-I", "-S", str(_SANDBOX), json.dumps(given), *argv]


def _environment() -> dict[str, str]:
    """No secrets of ours; few arenas, since what malloc reserves counts as memory."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "MALLOC_ARENA_MAX": "2"}


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
