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
from kit.storage import ObjectFacts, ObjectNotFoundError, Storage, StorageError
from kit.telemetry import get_logger
from media.core.layout import SHORT_S, cache_control, is_manifest, is_marker
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
            found = await self._find(bucket, key)
            return await self._present(found, request)
        except ObjectNotFoundError:
            return _refuse(404, "NOT_FOUND", "There is no such object.")
        except StorageError:
            _log.exception("object_not_read")
            return _refuse(503, "STORE_UNAVAILABLE", "The store does not answer. Try again.")

    async def _find(self, bucket: str, key: str) -> _Found:
        """Facts of the object, and its content when it is small enough to be kept."""
        try:
            kept_s = SHORT_S if is_manifest(key) else None
            cached = await self._cache.get(f"{bucket}/{key}", lambda: self._load(bucket, key), kept_s=kept_s)
        except _TooLargeError as large:
            return _Found(bucket, large.facts, None)
        facts = ObjectFacts(key, len(cached.body), cached.etag, cached.content_type)
        return _Found(bucket, facts, cached.body)

    async def _load(self, bucket: str, key: str) -> CachedObject:
        facts = await self._storage.head(bucket, key)
        if facts.size_bytes > self._figures.cached_object_bytes:
            raise _TooLargeError(facts)
        return CachedObject(await self._storage.get(bucket, key), facts.etag, facts.content_type)

    async def _present(self, found: _Found, request: Request) -> Response:
        facts = found.facts
        headers = _headers(facts.etag, facts.key)
        if _is_known(request, facts.etag):
            return Response(status_code=304, headers=headers)
        try:
            wanted = parse_range(request.headers.get("range"), facts.size_bytes)
        except UnsatisfiableRangeError:
            return _refuse_range(facts.size_bytes)
        status = 206 if wanted else 200
        if wanted is not None:
            headers["content-range"] = f"bytes {wanted.first}-{wanted.last}/{facts.size_bytes}"
        headers["content-length"] = str(wanted.length if wanted else facts.size_bytes)
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers, media_type=facts.content_type)
        if found.body is not None:
            part = found.body[wanted.first : wanted.last + 1] if wanted else found.body
            return Response(part, status, headers, facts.content_type)
        return StreamingResponse(await self._open(found, wanted), status, headers, facts.content_type)

    async def _open(self, found: _Found, wanted: ByteRange | None) -> Iterator[bytes]:
        """Straight from the store, a range as a range."""
        byte_range = f"bytes={wanted.first}-{wanted.last}" if wanted else None
        body = await self._storage.open(found.bucket, found.facts.key, byte_range=byte_range)
        return body.chunks


class _TooLargeError(Exception):
    """Not for memory."""

    def __init__(self, facts: ObjectFacts) -> None:
        super().__init__(facts.key)
        self.facts = facts


@dataclass(frozen=True, slots=True)
class _Found:
    """``body`` is None for an object that is streamed."""

    bucket: str
    facts: ObjectFacts
    body: bytes | None


def _is_served(key: str) -> bool:
    is_plain = len(key) <= _KEY_LENGTH_MAX and _KEY.fullmatch(key) is not None
    return is_plain and not is_marker(key) and not key.startswith("pending/")


def _headers(etag: str, key: str) -> dict[str, str]:
    return {**_CORS, "etag": etag, "cache-control": cache_control(key), "accept-ranges": "bytes"}


def _is_known(request: Request, etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return given == "*" or etag in {part.strip().removeprefix("W/") for part in given.split(",")}


def _refuse(status: int, code: str, message: str) -> Response:
    headers = {**_CORS, "cache-control": "no-store"}
    return JSONResponse({"code": code, "message": message}, status_code=status, headers=headers)


def _refuse_range(size_bytes: int) -> Response:
    refusal = _refuse(416, "RANGE_NOT_SATISFIABLE", "The object ends before this range.")
    refusal.headers["content-range"] = f"bytes */{size_bytes}"
    return refusal
