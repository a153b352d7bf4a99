"""A client for uploads: parts side by side, checked by the store; what breaks off goes on where it was, anywhere."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import orjson

from clipgraph.demo import documents
from clipgraph.demo.api import Api, ApiError

T = TypeVar("T")

PARTS_AT_ONCE = 4
_TRIES = 8
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 15.0
_PAGE = 16
_PASSING = frozenset(
    {
        "RATE_LIMITED",
        "REQUEST_RATE_LIMITED",
        "SUBGRAPH_UNAVAILABLE",
        "DOWNSTREAM_SERVICE_ERROR",
        "INTERNAL_SERVER_ERROR",
    }
)
_NETWORK_ERRORS = (
    aiohttp.ClientConnectionError,
    aiohttp.ClientPayloadError,
    orjson.JSONDecodeError,  # something between us and the platform answered
    ConnectionError,
    TimeoutError,
)
_MD5 = re.compile(r"[0-9a-f]{32}")
_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
}


class UploadError(Exception):
    """The file could not be sent; the message says why. Doing it again goes on."""


class _RefusedError(Exception):
    """The store did not take a part: its URL is too old, or the bytes changed on their way."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How much of the file the store has."""

    done_bytes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Part:
    number: int
    start: int
    size_bytes: int


async def persist(do: Callable[[], Awaitable[T]]) -> T:
    """The result of ``do``, which is tried again while the network or the platform fails, or asks to wait.

    Raises what it raised the last time.
    """
    pause_s = _FIRST_PAUSE_S
    for _ in range(_TRIES - 1):
        try:
            return await do()
        except ApiError as error:
            if not _PASSING.issuperset(error.codes):
                raise
            await asyncio.sleep(max(pause_s, error.retry_after_s))
        except _NETWORK_ERRORS:
            await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    return await do()


def content_type_of(path: Path) -> str:
    """By the file's ending, as good as any guess: what it is gets judged by its bytes."""
    return _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


async def sha256_of(path: Path) -> str:
    return await asyncio.to_thread(_digest, path)


@dataclass(slots=True)
class Uploader:
    """Sends files as one person. ``tell`` hears how far it is."""

    api: Api
    parts_at_once: int = PARTS_AT_ONCE
    tell: Callable[[Sent], None] = field(default=lambda _: None)

    async def begin(self, path: Path, *, key: str, **given: Any) -> Mapping[str, Any]:
        """The upload, the same one for the same key. Raises MutationRefusedError and ApiError."""
        size_bytes = await asyncio.to_thread(lambda: path.stat().st_size)
        payload = await persist(
            lambda: self.api.mutate(
                documents.CREATE_UPLOAD,
                sizeBytes=size_bytes,
                contentType=content_type_of(path),
                idempotencyKey=key,
                **given,
            )
        )
        upload: Mapping[str, Any] = payload["upload"]
        return upload

    async def send(self, upload_id: str, path: Path) -> None:
        """Sends what the store has not, until it has all. Raises UploadError and ApiError."""
        vain, left = 0, -1
        while vain < _TRIES:
            state = await self._state(upload_id)
            missing = await self._missing(state, path) if state["status"] == "OPEN" else []
            self._tell_rest(state, missing)
            if not missing:
                return
            if len(missing) == left:
                vain += 1
                await asyncio.sleep(_FIRST_PAUSE_S * vain)
            left = len(missing)
            await self._send_parts(upload_id, state, path, missing)
        raise UploadError(f"the store does not take {path.name}")

    async def complete(self, upload_id: str) -> None:
        """Hands the file on. Raises MutationRefusedError and ApiError."""
        await persist(lambda: self.api.mutate(documents.COMPLETE_UPLOAD, uploadId=upload_id))

    async def _state(self, upload_id: str) -> Mapping[str, Any]:
        found = (await persist(lambda: self.api.query(documents.UPLOAD, id=upload_id)))["videoUpload"]
        if found is None:
            raise UploadError("there is no such upload of yours")
        state: Mapping[str, Any] = found
        return state

    async def _missing(self, state: Mapping[str, Any], path: Path) -> list[_Part]:
        """Parts that the store has not, or not as they are in this file."""
        received = {part["number"]: part for part in state["receivedParts"]}
        missing = []
        for part in _plan(state):
            there = received.get(part.number)
            if there is None or there["sizeBytes"] != part.size_bytes:
                missing.append(part)
                continue
            etag = there["etag"].strip('"')
            if _MD5.fullmatch(etag) and etag != await asyncio.to_thread(_md5_of, path, part):
                missing.append(part)
        return missing

    async def _send_parts(
        self, upload_id: str, state: Mapping[str, Any], path: Path, missing: Sequence[_Part]
    ) -> None:
        """Once each; what the store did not take stays missing."""
        done = state["sizeBytes"] - sum(part.size_bytes for part in missing)
        for start in range(0, len(missing), _PAGE):
            page = {part.number: part for part in missing[start : start + _PAGE]}
            slots = asyncio.Semaphore(self.parts_at_once)

            async def one(signed: Mapping[str, Any], part: _Part, slots: asyncio.Semaphore = slots) -> None:
                nonlocal done
                async with slots:
                    chunk = await asyncio.to_thread(_read, path, part)
                    await persist(lambda: self._put(signed, chunk))
                done += part.size_bytes
                self.tell(Sent(done, state["sizeBytes"]))

            signed = await self._sign(upload_id, state, path, list(page.values()))
            results = await asyncio.gather(
                *(one(each, page[each["number"]]) for each in signed), return_exceptions=True
            )
            for result in results:
                if isinstance(result, BaseException) and not isinstance(result, _RefusedError):
                    raise result

    async def _sign(
        self, upload_id: str, state: Mapping[str, Any], path: Path, parts: Sequence[_Part]
    ) -> Sequence[Mapping[str, Any]]:
        """URLs of parts, each bound to the MD5 of its bytes."""
        wanted: list[dict[str, Any]] = [{"number": part.number} for part in parts]
        if state["partCount"] > 1:
            for each, part in zip(wanted, parts, strict=True):
                each["md5"] = await asyncio.to_thread(_md5_of, path, part)
        data = await persist(lambda: self.api.query(documents.UPLOAD_PARTS, id=upload_id, wanted=wanted))
        signed: Sequence[Mapping[str, Any]] = data["videoUpload"]["parts"]
        return signed

    async def _put(self, signed: Mapping[str, Any], chunk: bytes) -> None:
        headers = {header["name"]: header["value"] for header in signed["headers"]}
        async with self.api.session.put(signed["url"], data=chunk, headers=headers) as response:
            if response.status >= 500:
                raise aiohttp.ClientConnectionError(f"the store answered {response.status}")
            if response.status != 200:
                raise _RefusedError(f"{response.status} {await response.text()}")

    def _tell_rest(self, state: Mapping[str, Any], missing: Sequence[_Part]) -> None:
        size_bytes = state["sizeBytes"]
        self.tell(Sent(size_bytes - sum(part.size_bytes for part in missing), size_bytes))


def _plan(state: Mapping[str, Any]) -> list[_Part]:
    size_bytes, part_bytes = state["sizeBytes"], state["partSizeBytes"]
    return [
        _Part(number, start, min(part_bytes, size_bytes - start))
        for number, start in enumerate(range(0, size_bytes, part_bytes), start=1)
    ]


def _read(path: Path, part: _Part) -> bytes:
    with path.open("rb") as file:
        file.seek(part.start)
        return file.read(part.size_bytes)


def _md5_of(path: Path, part: _Part) -> str:
    return hashlib.md5(_read(path, part), usedforsecurity=False).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
