"""Workers that are killed in the middle of a job: real processes, real SIGKILL."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.events import (
    Event,
    VideoProcessed,
    VideoProcessingFailed,
    VideoProcessingProgressed,
    VideoRenditionsCompleted,
    VideoUploaded,
    encode_event,
)
from devstack.clips import generate_clip
from media.runner import ChildError
from media.workspace import sweep
from tests.integration.media.conftest import Workshop

_DEADLINE_S = 60


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_clip(tmp_path_factory.mktemp("media") / "clip.mp4", width=1280, height=720, seconds=3)


class Worker:
    """A process that handles an upload in a temporary folder of its own, until it is killed."""

    def __init__(self, workshop: Workshop, upload: VideoUploaded, folder: Path) -> None:
        self._workshop = workshop
        self._upload = upload
        self._folder = folder

    async def die_when(self, is_reached: Callable[[], Awaitable[bool]]) -> None:
        settings = self._workshop.settings.model_dump(mode="json")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.media_worker"),
            *("killed.", encode_event(self._upload)[1].decode()),
            env={**os.environ, **_environment(self._workshop, settings), "TMPDIR": str(self._folder)},
        )
        try:
            async with asyncio.timeout(_DEADLINE_S):
                while not await is_reached():
                    assert process.returncode is None, "the worker was done before it could be killed"
                    await asyncio.sleep(0.01)
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()


def _environment(workshop: Workshop, settings: dict[str, Any]) -> dict[str, str]:
    kept = ("environment", "valkey_url", "s3_endpoint", "s3_region", "s3_access_key")
    buckets = ("bucket_raw", "bucket_processed", "bucket_thumbnails")
    values = {name: str(settings[name]) for name in (*kept, *buckets)}
    values["s3_secret_key"] = workshop.settings.s3_secret_key.get_secret_value()
    values["viewer_secret"] = workshop.settings.viewer_secret.get_secret_value()
    return {f"CLIPGRAPH_{name.upper()}": value for name, value in values.items()}


async def _tries(workshop: Workshop, upload: VideoUploaded) -> list[dict[str, Any]]:
    bucket = workshop.settings.bucket_processed
    keys = await workshop.storage.list_keys(bucket, f"{upload.video_id.hex}/")
    for key in keys:
        if key.endswith("/tries-1.json"):
            found: list[dict[str, Any]] = json.loads(await workshop.storage.get(bucket, key))["tries"]
            return found
    return []


async def test_a_file_that_kills_its_workers_is_put_aside_with_its_log(
    workshop: Workshop, clip: Path, tmp_path: Path
) -> None:
    upload = await workshop.upload(clip)
    worker = Worker(workshop, upload, tmp_path)
    for number in (1, 2, 3):

        async def is_begun(number: int = number) -> bool:
            return len(await _tries(workshop, upload)) == number

        await worker.die_when(is_begun)
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
    told = await workshop.process(upload)
    assert [type(event) for event in told] == [VideoProcessingFailed]
    [failure] = told
    assert isinstance(failure, VideoProcessingFailed)
    assert (failure.reason, failure.is_retryable, failure.attempt) == ("GIVEN_UP", True, 1)
    assert [each["said"] for each in await _tries(workshop, upload)] == ["its worker died"] * 3
    assert await workshop.made(upload) == ["tries-1.json"]


async def test_another_attempt_of_its_creator_begins_anew(
    workshop: Workshop, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await workshop.upload(clip)
    with monkeypatch.context() as patched:
        patched.setattr("media.jobs.probe_file", _fail)
        for _ in range(3):
            with pytest.raises(ChildError):
                await workshop.process(upload)
        *_, failure = await workshop.process(upload)
    assert isinstance(failure, VideoProcessingFailed)
    assert [each["said"] for each in await _tries(workshop, upload)] == ["the disk is on fire"] * 3
    *_, done = await workshop.process(upload.model_copy(update={"attempt": 2}))
    assert isinstance(done, VideoRenditionsCompleted)


async def _fail(*_: object) -> None:
    raise ChildError(126, "the disk is on fire")


async def test_a_killed_workers_job_goes_on_elsewhere_from_its_last_finished_stage(
    workshop: Workshop, clip: Path, tmp_path: Path
) -> None:
    upload = await workshop.upload(clip)

    async def is_watchable() -> bool:
        return "first.json" in await workshop.made(upload)

    await Worker(workshop, upload, tmp_path).die_when(is_watchable)
    told = await workshop.process(upload)
    assert _kinds(told) == [VideoProcessed, VideoRenditionsCompleted]
    assert isinstance(told[-1], VideoRenditionsCompleted)
    assert [each.name for each in told[-1].renditions] == ["360p", "720p"]
    assert [name for name in await workshop.made(upload) if name.startswith("tries")] == []


def _kinds(events: list[Event]) -> list[type[Event]]:
    """Nothing that was finished is done again: no progress is told."""
    assert not [event for event in events if isinstance(event, VideoProcessingProgressed)]
    return [type(event) for event in events]
