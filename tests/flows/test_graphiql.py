"""GraphiQL in a real browser: it runs a query and a subscription, and loads nothing from anywhere else."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from clipgraph.demo import documents
from clipgraph.demo.people import Person, complete, send_clip, sign_up
from devstack.clips import generate_clip
from devstack.page import build_page
from kit.config import Settings
from tests.support.platform import Platform, running_platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WAIT_MS = 20_000


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    browser_path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    assert browser_path, "no Chromium: install one (.ci/run does)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        yield await browser.new_page(viewport={"width": 1400, "height": 850})
        await browser.close()


async def test_a_developer_explores_the_graph(settings: Settings, page: Page, tmp_path: Path) -> None:
    build = build_page(Path("web"))
    assert build.ok, build.message
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with running_platform(settings, split=False) as platform:
        liker, video_id = await _publish(platform, tmp_path)
        origin = platform.api.url.removesuffix("/graphql")
        await page.goto(platform.api.url)
        await page.wait_for_selector(".graphiql-execute-button", timeout=_WAIT_MS)

        await page.click(".graphiql-execute-button")
        await _until_shown(page, '"forYouFeed": {')

        await page.get_by_role("tab", name="Watch").click()
        await page.wait_for_selector(
            ".graphiql-query-editor .view-line:has-text('subscription')", timeout=_WAIT_MS
        )
        await _write_variables(page, f'{{ "videoId": "{video_id}" }}')
        await page.click(".graphiql-execute-button")
        await _until_subscribed(page)
        await liker.api.mutate(documents.LIKE, videoId=video_id)
        await _until_shown(page, '"likeCount": 1')
        await page.screenshot(path=tmp_path / "graphiql.png")
        await page.close()
    elsewhere = [url for url in asked if not url.startswith((origin, "data:", "blob:"))]
    assert elsewhere == []


async def _publish(platform: Platform, folder: Path) -> tuple[Person, str]:
    """Somebody who likes, and an active video."""
    creator = await sign_up(platform.api, "browser_mira", "Mira", "a long password of mira")
    clip = generate_clip(folder / "clip.mp4", width=320, height=180, seconds=1)
    upload_id, video_id = await send_clip(creator, clip, title="For the browser", key="browser")
    async with creator.api.subscribe(documents.VIDEO_STATUS, videoId=video_id) as statuses:
        await complete(creator, upload_id)
        while (await statuses.next())["videoStatusChanged"]["status"] != "ACTIVE":
            continue
    return await sign_up(platform.api, "browser_jonas", "Jonas", "a long password of jonas"), video_id


async def _until_shown(page: Page, text: str) -> None:
    """Monaco shows spaces as non-breaking ones."""
    script = (
        "text => document.querySelector('.result-window').innerText.replaceAll('\\u00a0', ' ').includes(text)"
    )
    await page.wait_for_function(script, arg=text, timeout=_WAIT_MS)


async def _write_variables(page: Page, text: str) -> None:
    editor = page.locator(".graphiql-editor-tool .monaco-editor").first
    await editor.click()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text(text)
    # Monaco closes brackets that it sees opened: what it added behind the caret goes away again.
    await page.keyboard.press("Control+Shift+End")
    await page.keyboard.press("Delete")


async def _until_subscribed(page: Page) -> None:
    """The button offers to stop while a subscription runs; the socket has then been asked for."""
    await page.wait_for_selector('.graphiql-execute-button[aria-label*="Stop"]', timeout=_WAIT_MS)
