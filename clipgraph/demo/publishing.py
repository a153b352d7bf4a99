"""From a file on disk to a video that plays, as one list of steps; a run that was killed is gone on with by the next."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import orjson
from websockets.exceptions import WebSocketException

from clipgraph.demo import documents
from clipgraph.demo.api import Api, ApiError
from clipgraph.demo.uploader import PARTS_AT_ONCE, Sent, Uploader, UploadError, persist, sha256_of

T = TypeVar("T")

_QUIET_S = 30.0
"""How long a subscription may be silent before the video is looked at again."""
_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """``stage`` is a word; ``percent`` is of the stages ``sending`` or of the processing as a whole."""

    stage: str
    percent: int
    remaining_s: int | None = None


@dataclass(slots=True)
class Publication:
    """One file of one person's. ``renew`` gives the API with a fresh token, where one can be had."""

    api: Api
    path: Path
    given: Mapping[str, Any]
    tell: Callable[[Progress], None]
    renew: Callable[[], Awaitable[Api]] | None = None
    parts_at_once: int = PARTS_AT_ONCE

    async def run(self) -> Mapping[str, Any]:
        """The active video. Raises UploadError, ApiError and MutationRefusedError."""
        self.tell(Progress("reading", 0))
        sha256 = await sha256_of(self.path)
        upload = await self._begin(sha256)
        if not upload["isKnownFile"]:
            await self._signed_in(lambda: self._uploader().send(upload["id"], self.path))
            await self._signed_in(lambda: self._uploader().complete(upload["id"]))
        return await self._watch(upload["video"]["id"])

    async def _begin(self, sha256: str) -> Mapping[str, Any]:
        """The upload that an earlier run of the same began, unless that came to nothing."""
        said = orjson.dumps([sha256, dict(self.given)], option=orjson.OPT_SORT_KEYS)
        key = f"upload-{hashlib.sha256(said).hexdigest()[:40]}"
        for attempt in range(1, 10):
            begin = partial(self._begin_as, key=f"{key}-{attempt}", sha256=sha256)
            upload = await self._signed_in(begin)
            video = upload["video"]
            if video is not None and (video["status"] != "FAILED" or video["failure"]["isRetryable"]):
                return upload
        raise UploadError("this file came to nothing too often today")

    async def _begin_as(self, key: str, sha256: str) -> Mapping[str, Any]:
        return await self._uploader().begin(self.path, key=key, sha256=sha256, **self.given)

    def _uploader(self) -> Uploader:
        return Uploader(self.api, self.parts_at_once, self._tell_sent)

    async def _signed_in(self, do: Callable[[], Awaitable[T]]) -> T:
        """Signs in again when the token has run out: a large file takes longer than it lasts."""
        try:
            return await do()
        except ApiError as error:
            if self.renew is None or "UNAUTHENTICATED" not in error.codes:
                raise
        self.api = await self.renew()
        return await do()

    async def _watch(self, video_id: str) -> Mapping[str, Any]:
        """Follows the video's status until it plays. Raises UploadError when it fails."""
        while True:
            try:
                video = await self._signed_in(lambda: persist(lambda: self._follow(video_id)))
            except (aiohttp.ClientConnectionError, ConnectionError, OSError, WebSocketException):
                await asyncio.sleep(_PAUSE_S)
                continue
            if video is not None:
                return video

    async def _follow(self, video_id: str) -> Mapping[str, Any] | None:
        """The video when it is active; None when nothing was heard for a while."""
        async with self.api.subscribe(documents.VIDEO_STATUS, videoId=video_id) as statuses:
            while True:
                video: Mapping[str, Any] | None
                video = (await self.api.query(documents.VIDEO, id=video_id))["video"]
                if video is None:
                    raise UploadError("the video was deleted")
                if video["status"] == "ACTIVE":
                    return video
                if video["status"] == "FAILED":
                    await self._try_again(video)
                    continue
                stage = video["stage"] or video["status"]
                self.tell(Progress(stage.lower(), video["percent"], video["remainingSeconds"]))
                try:
                    await statuses.next(_QUIET_S)
                except TimeoutError:
                    return None

    async def _try_again(self, video: Mapping[str, Any]) -> None:
        """Raises UploadError when the fault is the file's, and MutationRefusedError when it was tried often enough."""
        failure = video["failure"]
        if not failure["isRetryable"]:
            raise UploadError(f"{failure['reason']}: {failure['message']}")
        await self.api.mutate(documents.RETRY_VIDEO, videoId=video["id"])

    def _tell_sent(self, sent: Sent) -> None:
        self.tell(Progress("sending", 100 * sent.done_bytes // max(1, sent.size_bytes)))
