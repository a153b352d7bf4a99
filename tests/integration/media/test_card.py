"""A card that is not there, or does not do what it promised: real ffmpeg, no card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from media.capabilities import find_capabilities
from media.core.gpu import ENCODERS, Capabilities
from media.core.ladder import plan_renditions
from media.making import Maker
from media.runner import probe_file
from tests.integration.media.conftest import QUICK
from tests.support.media_samples import bars, ffmpeg


@pytest.fixture
def no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


@pytest.mark.usefixtures("no_card")
async def test_a_machine_without_a_card_is_found_to_have_none() -> None:
    assert await find_capabilities(QUICK) == Capabilities()


@pytest.mark.usefixtures("no_card")
async def test_what_fails_on_a_card_is_made_by_the_processor(tmp_path: Path) -> None:
    source, folder = tmp_path / "source.mp4", tmp_path / "job"
    ffmpeg(*bars("480x360"), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", source)
    folder.mkdir()
    promised = Capabilities(frozenset(ENCODERS), is_decoding=True)
    facts = await probe_file(source, QUICK)
    maker = Maker(folder, source, QUICK, promised)
    first = await maker.make_first(facts, plan_renditions(facts, QUICK), 0.0, _ignore)
    [low] = plan_renditions(facts, QUICK)
    rest = await maker.make_rest(facts, [replace(low, name="180p", width=240, height=180)])
    assert [(track.name, track.samples) for track in (*first, *rest)] == [("360p", 50), ("180p", 50)]


async def _ignore(_: int) -> None:
    return
