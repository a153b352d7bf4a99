"""``python -m benchmarks.uploads``: a file of 500 MB through `clipgraph up`; seconds, and peak memory of each process."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import imageio_ffmpeg

from benchmarks.report import Row, add_json_argument, report
from benchmarks.uploads.memory import Peaks, watching
from clipgraph.demo.api import Api
from clipgraph.demo.people import Person, sign_up
from clipgraph.demo.publishing import Progress, Publication
from clipgraph.supervisor.run_state import RunState
from devstack.ports import find_free_port
from devstack.process import ProcessIdentity

_MIB = 1024 * 1024
_UP_DEADLINE_S = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=15, help="of video in the file")
    add_json_argument(parser)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        rows = asyncio.run(_run(Path(folder), arguments.megabytes, arguments.seconds))
    report(rows, arguments.json)


async def _run(folder: Path, megabytes: int, seconds: int) -> list[Row]:
    file = await asyncio.to_thread(_make, folder / "large.mov", megabytes, seconds)
    async with _up(folder / "data") as (state, environment), aiohttp.ClientSession() as session:
        api = Api(
            session,
            f"http://127.0.0.1:{environment['CLIPGRAPH_ROUTER_PORT']}/graphql",
            f"ws://127.0.0.1:{environment['CLIPGRAPH_REALTIME_PORT']}/graphql",
        )
        person = await sign_up(api, "sender", "Sender", "a long password of somebody")
        peaks = Peaks({**_pids(state), os.getpid(): "client"})
        async with watching(peaks):
            times = await _publish(person, file)
        size_mb = file.stat().st_size / _MIB
    rows: list[Row] = [{"name": f"{name} ({size_mb:.0f} MB)", "s": spent} for name, spent in times.items()]
    ordered = sorted(peaks.peak_mb.items(), key=lambda item: -item[1])
    return rows + [{"name": name, "peak_rss_mb": peak} for name, peak in ordered]


async def _publish(person: Person, file: Path) -> dict[str, float]:
    """Seconds until the file was sent, until it was handed on and until it played."""
    started = time.monotonic()
    reached: dict[str, float] = {}

    def tell(progress: Progress) -> None:
        if progress.stage != "sending" or progress.percent == 100:
            reached.setdefault(progress.stage, time.monotonic() - started)

    await Publication(person.api, file, {"title": "Large"}, tell).run()
    return {
        "sent": reached["sending"],
        "queued": reached.get("queued", reached["sending"]),
        "plays": time.monotonic() - started,
    }


def _make(path: Path, megabytes: int, seconds: int) -> Path:
    """Full HD that moves and has noise in it, in MJPEG at whatever quality comes to that size, then filled up."""
    size_bytes = megabytes * _MIB
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]
    argv += [
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s=1080x1920:r=30:d={seconds}",
        "-f",
        "lavfi",
        "-i",
        f"sine=d={seconds}",
    ]
    argv += ["-vf", "noise=alls=60:allf=t", "-c:v", "mjpeg", "-b:v", str(size_bytes * 7 // seconds)]
    argv += ["-maxrate", str(size_bytes * 7 // seconds), "-bufsize", str(size_bytes), "-c:a", "pcm_s16le"]
    subprocess.run([*argv, str(path)], check=True, stdin=subprocess.DEVNULL)
    rest = size_bytes - path.stat().st_size
    if rest < 8:
        raise RuntimeError(f"{path} came to {path.stat().st_size} bytes")
    print(f"{path.stat().st_size / _MIB:.0f} MB of video, filled up to {megabytes}", file=sys.stderr)
    with path.open("ab") as file:
        file.write(rest.to_bytes(4, "big") + b"free")
        file.truncate(size_bytes)
    return path


@asynccontextmanager
async def _up(data_dir: Path) -> AsyncIterator[tuple[RunState, Mapping[str, str]]]:
    """`clipgraph up --no-seed` on ports and data of its own."""
    environment = {
        f"CLIPGRAPH_{name}_PORT": str(find_free_port()) for name in ("ROUTER", "REALTIME", "ORIGIN")
    }
    environment["CLIPGRAPH_DATA_DIR"] = str(data_dir)
    log = data_dir.parent / "up.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "clipgraph", "up", "--no-seed"),
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )
    try:
        async with asyncio.timeout(_UP_DEADLINE_S):
            while (state := RunState.read(data_dir)).phase != "running":
                if process.returncode is not None:
                    raise RuntimeError(log.read_text())
                await asyncio.sleep(0.2)
        yield state, environment
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


def _pids(state: RunState) -> dict[int, str]:
    return {
        ProcessIdentity.from_json(entry).pid: name
        for name, entry in state.processes.items()
        if entry["pid"] is not None
    }


if __name__ == "__main__":
    main()
