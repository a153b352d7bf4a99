"""`python -m clipgraph upload`: killed and cut off in the middle, it goes on; what is known is not sent again."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clipgraph.demo.people import sign_up
from clipgraph.supervisor.processes import REPOSITORY
from devstack.clips import generate_clip
from kit.config import Settings
from tests.support.cutting import Proxy
from tests.support.platform import Platform, running_platform

_MIB = 1024 * 1024
_SIZE = 40 * _MIB
_PASSWORD = "a long password of somebody"


@dataclass(frozen=True)
class Scene:
    """A running platform whose object storage is reached through ``proxy``, and somebody's file."""

    platform: Platform
    proxy: Proxy
    file: Path
    handle: str

    async def start(self, *options: str) -> asyncio.subprocess.Process:
        api = self.platform.api
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "clipgraph", "upload", self.file, "--as", self.handle),
            *("--url", api.url, "--socket-url", api.socket_url, "--parts-at-once", "1", *options),
            cwd=REPOSITORY,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert process.stdin is not None
        process.stdin.write(f"{_PASSWORD}\n".encode())
        process.stdin.close()
        return process

    async def finish(self, *options: str) -> list[str]:
        """Lines of a run that ends well."""
        said, _ = await (await self.start(*options)).communicate()
        lines = said.decode().splitlines()
        assert "plays: http" in lines[-1], said.decode()
        return lines


@pytest.fixture(scope="module")
def large_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of video and a box of nothing."""
    path = generate_clip(tmp_path_factory.mktemp("large") / "clip.mp4", width=180, height=320, seconds=1)
    rest = _SIZE - path.stat().st_size
    with path.open("ab") as file:
        file.write(rest.to_bytes(4, "big") + b"free" + bytes(rest - 8))
    return path


@pytest.fixture(scope="module")
async def scene(settings: Settings, large_clip: Path) -> AsyncIterator[Scene]:
    assert settings.s3_endpoint is not None
    async with Proxy(settings.s3_endpoint, cuts=2).running() as proxy:
        placed = settings.model_copy(update={"s3_public_endpoint": proxy.url})
        async with running_platform(placed, split=False) as platform:
            handle = f"sender_{secrets.token_hex(3)}"
            await sign_up(platform.api, handle, "Sender", _PASSWORD)
            yield Scene(platform, proxy, large_clip, handle)


async def test_what_was_killed_and_cut_off_goes_on_and_what_is_known_is_not_sent(scene: Scene) -> None:
    killed = await scene.start()
    assert killed.stdout is not None
    async for line in killed.stdout:
        if line.startswith(b"sending") and _percent(line.decode()) >= 40:
            break
    killed.kill()
    await killed.wait()
    assert scene.proxy.cuts == 0

    before = scene.proxy.sent_bytes
    lines = await scene.finish()
    assert _percent(next(line for line in lines if line.startswith("sending"))) >= 40
    assert scene.proxy.sent_bytes - before < _SIZE * 0.65
    stages = list(dict.fromkeys(line.split()[0] for line in lines[:-2]))
    assert stages[:2] == ["reading", "sending"]
    assert lines[-1].startswith("vid_")

    sent = scene.proxy.sent_bytes
    assert (await scene.finish())[-1] == lines[-1]
    twin = (await scene.finish("--title", "The same under another name"))[-1]
    assert twin.startswith("vid_")
    assert twin != lines[-1]
    assert scene.proxy.sent_bytes == sent


async def test_what_cannot_be_sent_is_said_in_a_line(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("no video")
    said = {}
    for name in ("empty.mp4", "text.mp4", "missing.mp4"):
        other = Scene(scene.platform, scene.proxy, tmp_path / name, scene.handle)
        process = await other.start()
        output, _ = await process.communicate()
        assert process.returncode == 1
        said[name] = output.decode().strip().splitlines()[-1]
    assert "FILE_EMPTY" in said["empty.mp4"]
    assert "NOT_A_VIDEO: This is no video." in said["text.mp4"]
    assert "No such file" in said["missing.mp4"]


def _percent(line: str) -> int:
    return int(line.split()[1])
