"""What a child that reads an upload may not do: real processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

import media.sandbox
from media.core.errors import RejectedError, Rejection
from media.core.figures import FIGURES, Limits
from media.runner import probe_file, run_ffmpeg
from tests.support.media_samples import bars, ffmpeg

SANDBOX = str(Path(media.sandbox.__file__))


def sandboxed(code: str, **limits: int) -> list[str]:
    plain = {"memory_bytes": 2**30, "file_bytes": 2**20, "cpu_s": 10, "nice": 10, "parent": os.getpid()}
    return [sys.executable, "-I", "-S", SANDBOX, json.dumps(plain | limits), sys.executable, "-c", code]


def run(code: str, **limits: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(sandboxed(code, **limits), capture_output=True, text=True, check=False, timeout=20)


def test_the_network_is_not_there() -> None:
    checked = run("import socket; print(socket.if_nameindex())")
    if len(json.loads(checked.stdout.replace("(", "[").replace(")", "]").replace("'", '"'))) > 1:
        pytest.skip("this kernel lets nobody leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        tried = run(f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)")
    assert (tried.returncode, "unreachable" in tried.stderr) == (1, True)


@pytest.mark.parametrize(
    ("code", "limits", "status", "said"),
    [
        ("bytearray(2**29)", {"memory_bytes": 2**28}, 1, "MemoryError"),
        ("while True: pass", {"cpu_s": 1}, -signal.SIGXCPU, ""),
        ("import tempfile; tempfile.TemporaryFile().write(bytes(2**21))", {}, 1, "File too large"),
        ("[open('/dev/null') for _ in range(300)]", {}, 1, "Too many open files"),
    ],
    ids=["memory", "time", "file", "files"],
)
def test_limits_hold(code: str, limits: dict[str, int], status: int, said: str) -> None:
    done = run(code, **limits)
    assert (done.returncode, said in done.stderr) == (status, True)


def test_a_child_dies_with_the_worker_that_is_killed() -> None:
    worker = (
        "import os, subprocess, sys, json\n"
        f"argv = {sandboxed('import time; print(1, flush=True); time.sleep(60)')!r}\n"
        "argv[4] = json.dumps(json.loads(argv[4]) | {'parent': os.getpid()})\n"
        "child = subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True)\n"
        "child.stdout.read(1)\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", worker], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.kill()
    _, alive = psutil.wait_procs([child], timeout=5)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


async def test_ffmpeg_opens_neither_the_network_nor_what_a_file_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    ffmpeg(*bars(), secret)
    listing = tmp_path / "list"
    listing.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    for source in (["-f", "concat", "-safe", "0", "-i", str(listing)], ["-i", "http://127.0.0.1:9/a.mp4"]):
        command = ["-nostdin", "-v", "error", "-protocol_whitelist", "pipe", *source, "-f", "null", "-"]
        with pytest.raises(RejectedError):
            await run_ffmpeg(command, tmp_path, _limits())
    with pytest.raises(RejectedError) as rejected:
        await probe_file(listing, FIGURES)
    assert rejected.value.reason is Rejection.NOT_A_VIDEO


@pytest.mark.parametrize(
    ("arguments", "limits"),
    [
        (["-re", *bars(seconds=60)], {"time_s": 0.5}),
        ([*bars("7680x4320", seconds=5)], {"memory_bytes": 300 * 2**20}),
    ],
    ids=["time", "memory"],
)
async def test_what_takes_too_much_is_refused(
    tmp_path: Path, arguments: Sequence[str], limits: dict[str, float]
) -> None:
    with pytest.raises(RejectedError) as rejected:
        await run_ffmpeg(
            ["-nostdin", "-v", "error", *arguments, "-f", "null", "-"], tmp_path, _limits(**limits)
        )
    assert rejected.value.reason is Rejection.TOO_DEMANDING


async def test_a_cancelled_job_takes_its_child_along(tmp_path: Path) -> None:
    command = ["-nostdin", "-v", "error", "-re", *bars(seconds=60), "-f", "null", "-"]
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    task = asyncio.create_task(run_ffmpeg(command, tmp_path, _limits()))
    while not (started := {child.pid for child in psutil.Process().children(recursive=True)} - before):
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [pid for pid in started if psutil.pid_exists(pid)]


async def test_children_are_told_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPGRAPH_S3_SECRET_KEY", "hidden")
    shell = tmp_path / "ffmpeg"
    shell.write_text("#!/bin/sh\nenv >&2\n")
    shell.chmod(0o755)
    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", lambda: str(shell))
    said = await run_ffmpeg([], tmp_path, _limits())
    assert "MALLOC_ARENA_MAX" in said
    assert "hidden" not in said


def _limits(**changes: float) -> Limits:
    plain = {"memory_bytes": 2**31, "file_bytes": 2**20, "time_s": 20.0, "cpu_s": 20.0}
    return Limits(**(plain | changes))  # type: ignore[arg-type]
