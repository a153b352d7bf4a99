"""The origin's ASGI application: immutable objects by area and key, for those who may read them."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from prometheus_client import Counter
from starlette.applications import Starlette
from starlette.responses import StreamingResponse

from kit.config import Settings
from kit.playback.tokens import TokenKeys
from kit.service import add_health
from kit.storage import ObjectFacts, ObjectNotFoundError, Storage, StorageError
from kit.telemetry import get_logger
from media.core.layout import SHORT_S, cache_control, is_manifest
from media.origin.addresses import Address, Area, read_address
from media.origin.admission import NOT_FOUND, Refusal, RefusedError, admit
from media.origin.conditions import is_known, is_other, wanted_range
from media.origin.disk_cache import CachedObject
from media.origin.edge_cache import EdgeCache
from media.origin.gatehouse import Gatehouse
from media.origin.ranges import ByteRange, UnsatisfiableRangeError, parse_range

_log = get_logger("origin")
_REFUSALS = Counter("clipgraph_origin_refusals_total", "Requests that were not answered, by why.", ["code"])
_BYTES = Counter("clipgraph_origin_bytes_total", "Content that was sent.")
_LARGE_KNOWN: Final = 10_000
_SHARED: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"content-length, content-range, etag"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
)
_PREFLIGHT: Final = (
    *_SHARED,
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"range, if-range, if-none-match"),
    (b"access-control-max-age", b"86400"),
)
_KINDS: Final = {"m4s": "segment", "mp4": "segment", "m3u8": "playlist", "mpd": "playlist"}
_UNAVAILABLE: Final = Refusal(503, "STORE_UNAVAILABLE", "The store does not answer. Try again.")
_WRONG_METHOD: Final = Refusal(405, "METHOD_NOT_ALLOWED", "Objects can be read, and that is all.")
_IS_OTHER: Final = Refusal(412, "PRECONDITION_FAILED", "The object is another than the one you want.")
_BEHIND_END: Final = Refusal(416, "RANGE_NOT_SATISFIABLE", "The object ends before this range.")

HeaderList = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class OriginFigures:
    """Objects up to ``cached_object_bytes`` are kept near; larger ones are streamed."""

    cached_object_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Found:
    """``body`` is None for an object that is streamed."""

    bucket: str
    facts: ObjectFacts
    body: bytes | None


@dataclass(slots=True)
class _Answer:
    """``chunks`` follow instead of a body."""

    status: int
    headers: HeaderList
    body: bytes = b""
    chunks: Iterator[bytes] | None = None


class Origin:
    """``/videos/…``, ``/thumbnails/…``, ``/avatars/…`` (``addresses`` says more), health and metrics."""

    def __init__(
        self,
        storage: Storage,
        gatehouse: Gatehouse,
        cache: EdgeCache,
        settings: Settings,
        *,
        figures: OriginFigures | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._storage = storage
        self._gatehouse = gatehouse
        self._cache = cache
        self._figures = figures or OriginFigures()
        self._clock = clock
        self._keys = TokenKeys(settings.playback_key_list)
        self._buckets = {
            Area.VIDEOS: settings.bucket_processed,
            Area.THUMBNAILS: settings.bucket_thumbnails,
            Area.AVATARS: settings.bucket_avatars,
        }
        self._large: OrderedDict[str, ObjectFacts] = OrderedDict()
        self._service = Starlette()
        add_health(self._service, {"object storage": storage.ping})

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/metrics" or scope["path"].startswith("/health"):
            await self._service(scope, receive, send)
            return
        answer = await self._answer(scope)
        if answer.chunks is not None:
            streaming = StreamingResponse(_counted(answer.chunks), answer.status)
            streaming.raw_headers = answer.headers
            await streaming(scope, receive, send)
            return
        _BYTES.inc(len(answer.body))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Any) -> _Answer:
        try:
            if scope["method"] == "OPTIONS":
                return _Answer(204, list(_PREFLIGHT))
            if scope["method"] not in {"GET", "HEAD"}:
                raise RefusedError(_WRONG_METHOD)
            address = read_address(scope["raw_path"])
            if address is None:
                raise RefusedError(NOT_FOUND)
            is_everybodys = await self._admit(address)
            found = await self._find(address)
            return await self._present(found, scope, is_everybodys=is_everybodys)
        except RefusedError as refused:
            return _refuse(refused.refusal)
        except ObjectNotFoundError:
            return _refuse(NOT_FOUND)
        except StorageError:
            _log.exception("object_not_read")
            return _refuse(_UNAVAILABLE)

    async def _admit(self, address: Address) -> bool:
        """Before anything is looked up, wherever it may lie."""
        if address.video is None:
            return True
        return admit(address, await self._gatehouse.find(address.video), self._keys, self._clock())

    async def _find(self, address: Address) -> _Found:
        """Facts of the object, and its content when it is small enough to be kept."""
        bucket, key, name = self._buckets[address.area], address.key, address.name
        large = self._large.get(name)
        if large is not None:
            return _Found(bucket, large, None)
        try:
            kept_s = SHORT_S if is_manifest(key) else None
            kind = _KINDS.get(key.rpartition(".")[2], "picture")
            cached = await self._cache.get(name, lambda: self._load(bucket, key), kept_s=kept_s, kind=kind)
        except _TooLargeError as too_large:
            self._remember_large(name, too_large.facts)
            return _Found(bucket, too_large.facts, None)
        return _Found(
            bucket, ObjectFacts(key, len(cached.body), cached.etag, cached.content_type), cached.body
        )

    async def _load(self, bucket: str, key: str) -> CachedObject:
        facts, body = await self._storage.get_within(bucket, key, self._figures.cached_object_bytes)
        if body is None:
            raise _TooLargeError(facts)
        return CachedObject(body, facts.etag, facts.content_type)

    def _remember_large(self, name: str, facts: ObjectFacts) -> None:
        self._large[name] = facts
        if len(self._large) > _LARGE_KNOWN:
            self._large.popitem(last=False)

    async def _present(self, found: _Found, scope: Any, *, is_everybodys: bool) -> _Answer:
        facts, asked = found.facts, dict(scope["headers"])
        headers = _headers(facts, is_everybodys=is_everybodys)
        if is_other(asked, facts.etag):
            raise RefusedError(_IS_OTHER)
        if is_known(asked, facts.etag):
            return _Answer(304, headers)
        try:
            wanted = parse_range(wanted_range(asked, facts.etag), facts.size_bytes)
        except UnsatisfiableRangeError:
            return _refuse(_BEHIND_END, (b"content-range", b"bytes */%d" % facts.size_bytes))
        headers.append((b"content-type", facts.content_type.encode("latin-1")))
        headers.append((b"content-length", b"%d" % (wanted.length if wanted else facts.size_bytes)))
        if wanted is not None:
            told = b"bytes %d-%d/%d" % (wanted.first, wanted.last, facts.size_bytes)
            headers.append((b"content-range", told))
        answer = _Answer(206 if wanted else 200, headers)
        if scope["method"] == "GET":
            await self._fill(answer, found, wanted)
        return answer

    async def _fill(self, answer: _Answer, found: _Found, wanted: ByteRange | None) -> None:
        """Large objects come straight from the store, a range as a range."""
        if found.body is not None:
            answer.body = found.body[wanted.first : wanted.last + 1] if wanted else found.body
            return
        byte_range = f"bytes={wanted.first}-{wanted.last}" if wanted else None
        body = await self._storage.open(found.bucket, found.facts.key, byte_range=byte_range)
        answer.chunks = body.chunks


class _TooLargeError(Exception):
    """Not to be kept."""

    def __init__(self, facts: ObjectFacts) -> None:
        super().__init__(facts.key)
        self.facts = facts


def _headers(facts: ObjectFacts, *, is_everybodys: bool) -> HeaderList:
    caching = cache_control(facts.key)
    if not is_everybodys:
        caching = caching.replace("public", "private", 1)
    return [
        *_SHARED,
        (b"etag", facts.etag.encode("latin-1")),
        (b"cache-control", caching.encode()),
        (b"accept-ranges", b"bytes"),
    ]


def _refuse(refusal: Refusal, *more: tuple[bytes, bytes]) -> _Answer:
    _REFUSALS.labels(refusal.code).inc()
    body = orjson.dumps({"code": refusal.code, "message": refusal.message})
    length = (b"content-length", b"%d" % len(body))
    kind = (b"content-type", b"application/json")
    return _Answer(refusal.status, [*_SHARED, kind, length, (b"cache-control", b"no-store"), *more], body)


def _counted(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        _BYTES.inc(len(chunk))
        yield chunk
