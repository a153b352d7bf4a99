"""The origin's ASGI application: immutable objects by bucket and key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from kit.config import Settings
from kit.service import add_health
from kit.storage import ObjectNotFoundError, Storage, StorageError
from kit.telemetry import get_logger
from media.core.layout import IMMUTABLE, MARKER
from media.origin.edge_cache import CachedObject, EdgeCache
from media.origin.ranges import ByteRange, UnsatisfiableRangeError, parse_range

_log = get_logger("origin")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
_KEY_LENGTH_MAX: Final = 300
_CORS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "content-length, content-range, etag",
}


@dataclass(frozen=True, slots=True)
class OriginFigures:
    """Objects up to ``cached_object_bytes`` are kept in ``cache_bytes`` of memory; larger ones are streamed."""

    cache_bytes: int = 256 * 1024 * 1024
    cached_object_bytes: int = 8 * 1024 * 1024


def create_origin(storage: Storage, settings: Settings, figures: OriginFigures | None = None) -> FastAPI:
    """``/videos/{key}``, ``/thumbnails/{key}``, ``/avatars/{key}``, health and metrics. The caller closes the
    storage. Uploads that were not checked yet (``avatars/pending``) and the media service's markers are not served.
    """
    app = FastAPI(openapi_url=None)
    add_health(app, {"object storage": storage.ping})
    origin = _Origin(storage, figures or OriginFigures())
    buckets = {
        "videos": settings.bucket_processed,
        "thumbnails": settings.bucket_thumbnails,
        "avatars": settings.bucket_avatars,
    }

    async def serve(folder: str, key: str, request: Request) -> Response:
        bucket = buckets.get(folder)
        if bucket is None or not _is_served(key):
            return _refuse(404, "NOT_FOUND", "There is no such object.")
        return await origin.answer(bucket, key, request)

    async def preflight(folder: str, key: str) -> Response:
        del folder, key
        allowed = {"access-control-allow-methods": "GET, HEAD", "access-control-allow-headers": "range"}
        return Response(status_code=204, headers={**_CORS, **allowed, "access-control-max-age": "86400"})

    app.add_api_route("/{folder}/{key:path}", serve, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/{folder}/{key:path}", preflight, methods=["OPTIONS"], include_in_schema=False)
    return app


class _Origin:
    def __init__(self, storage: Storage, figures: OriginFigures) -> None:
        self._storage = storage
        self._figures = figures
        self._cache = EdgeCache(figures.cache_bytes)

    async def answer(self, bucket: str, key: str, request: Request) -> Response:
        try:
            found = await self._cache.get(f"{bucket}/{key}", lambda: self._load(bucket, key))
        except _TooLargeError:
            return await self._answer_large(bucket, key, request)
        except ObjectNotFoundError:
            return _refuse(404, "NOT_FOUND", "There is no such object.")
        except StorageError:
            _log.exception("object_not_read")
            return _refuse(503, "STORE_UNAVAILABLE", "The store does not answer. Try again.")
        headers = _headers(found.etag)
        if _is_known(request, found.etag):
            return Response(status_code=304, headers=headers)
        try:
            wanted = parse_range(request.headers.get("range"), len(found.body))
        except UnsatisfiableRangeError:
            return _refuse_range(len(found.body))
        if wanted is None:
            return _respond(request, 200, found.body, headers, found.content_type)
        headers["content-range"] = f"bytes {wanted.first}-{wanted.last}/{len(found.body)}"
        part = found.body[wanted.first : wanted.last + 1]
        return _respond(request, 206, part, headers, found.content_type)

    async def _load(self, bucket: str, key: str) -> CachedObject:
        facts = await self._storage.head(bucket, key)
        if facts.size_bytes > self._figures.cached_object_bytes:
            raise _TooLargeError
        return CachedObject(await self._storage.get(bucket, key), facts.etag, facts.content_type)

    async def _answer_large(self, bucket: str, key: str, request: Request) -> Response:
        """Streams from the store, a range as a range."""
        facts = await self._storage.head(bucket, key)
        headers = _headers(facts.etag)
        if _is_known(request, facts.etag):
            return Response(status_code=304, headers=headers)
        try:
            wanted = parse_range(request.headers.get("range"), facts.size_bytes)
        except UnsatisfiableRangeError:
            return _refuse_range(facts.size_bytes)
        if wanted is not None:
            headers["content-range"] = f"bytes {wanted.first}-{wanted.last}/{facts.size_bytes}"
        headers["content-length"] = str(wanted.length if wanted else facts.size_bytes)
        status = 206 if wanted else 200
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers, media_type=facts.content_type)
        chunks = await self._open(bucket, key, wanted)
        return StreamingResponse(chunks, status, headers, facts.content_type)

    async def _open(self, bucket: str, key: str, wanted: ByteRange | None) -> Iterator[bytes]:
        byte_range = f"bytes={wanted.first}-{wanted.last}" if wanted else None
        return (await self._storage.open(bucket, key, byte_range=byte_range)).chunks


class _TooLargeError(Exception):
    """Not for memory."""


def _is_served(key: str) -> bool:
    is_plain = len(key) <= _KEY_LENGTH_MAX and _KEY.fullmatch(key) is not None
    return is_plain and not key.endswith(f"/{MARKER}") and not key.startswith("pending/")


def _headers(etag: str) -> dict[str, str]:
    return {**_CORS, "etag": etag, "cache-control": IMMUTABLE, "accept-ranges": "bytes"}


def _is_known(request: Request, etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return given == "*" or etag in {part.strip().removeprefix("W/") for part in given.split(",")}


def _respond(
    request: Request, status: int, body: bytes, headers: dict[str, str], content_type: str
) -> Response:
    if request.method == "HEAD":
        headers["content-length"] = str(len(body))
        return Response(status_code=status, headers=headers, media_type=content_type)
    return Response(body, status, headers, content_type)


def _refuse(status: int, code: str, message: str) -> Response:
    headers = {**_CORS, "cache-control": "no-store"}
    return JSONResponse({"code": code, "message": message}, status_code=status, headers=headers)


def _refuse_range(size_bytes: int) -> Response:
    refusal = _refuse(416, "RANGE_NOT_SATISFIABLE", "The object ends before this range.")
    refusal.headers["content-range"] = f"bytes */{size_bytes}"
    return refusal
