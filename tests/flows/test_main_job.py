"""The main job, end to end, with the subgraphs in the router's process and with each behind HTTP."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from clipgraph.demo.story import Happening, Story
from devstack.clips import generate_clip
from kit.config import Settings
from tests.support.platform import running_platform


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_clip(tmp_path_factory.mktemp("clips") / "hello.mp4", width=360, height=640, seconds=3)


@pytest.mark.parametrize("split", [False, True], ids=["together", "split"])
async def test_two_people_one_clip(settings: Settings, clip: Path, split: bool) -> None:
    told: list[Happening] = []
    async with running_platform(settings, split=split) as platform:
        await Story(platform.api, clip, secrets.token_hex(4), told.append).run()
    [watched] = [each.what for each in told if each.what.startswith("watches")]
    assert watched == "watches uploading → processing → active"
    assert told[-1].what == "is told that Jonas likes it"
