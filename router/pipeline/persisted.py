"""Documents that clients name instead of sending: automatic persisted queries, and trusted documents."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from graphql import GraphQLError, strip_ignored_characters

from kit.telemetry import get_logger
from router.configuration.model import Apq, PersistedQueries
from router.metrics import PERSISTED
from router.pipeline.messages import GraphQLRequest, RefusedError

_log = get_logger("router.persisted")
_KEPT_BYTES_MAX = 64 * 1024 * 1024
_UNCACHED = {"cache-control": "private, no-cache, must-revalidate"}


class DocumentStore(Protocol):
    """Where automatic persisted queries are kept, by the SHA-256 of their text in hexadecimal."""

    async def get(self, digest: str) -> str | None:
        """None for what is not there, or can't be asked for at the moment."""

    async def put(self, digest: str, document: str) -> None:
        """Keeps it if it can."""


class MemoryStore:
    """The documents used last, in this process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._documents: OrderedDict[str, str] = OrderedDict()
        self._size = 0

    async def get(self, digest: str) -> str | None:
        """See DocumentStore."""
        document = self._documents.get(digest)
        if document is not None:
            self._documents.move_to_end(digest)
        return document

    async def put(self, digest: str, document: str) -> None:
        """See DocumentStore."""
        if digest in self._documents:
            return
        self._documents[digest] = document
        self._size += len(document)
        while len(self._documents) > self._limit or self._size > _KEPT_BYTES_MAX:
            _, dropped = self._documents.popitem(last=False)
            self._size -= len(dropped)


class SharedStore:
    """Memory first, then a store that other processes use too."""

    def __init__(self, near: MemoryStore, far: DocumentStore) -> None:
        self._near = near
        self._far = far

    async def get(self, digest: str) -> str | None:
        """See DocumentStore."""
        document = await self._near.get(digest)
        if document is None and (document := await self._far.get(digest)) is not None:
            await self._near.put(digest, document)
        return document

    async def put(self, digest: str, document: str) -> None:
        """See DocumentStore."""
        await self._near.put(digest, document)
        await self._far.put(digest, document)


class ManifestError(Exception):
    """A manifest can't be used; the message names file and reason."""


class PersistedDocuments:
    """Finds the text of a request. Raises ManifestError for a manifest that can't be read."""

    def __init__(self, apq: Apq, trusted: PersistedQueries, store: DocumentStore | None = None) -> None:
        if trusted.enabled and trusted.safelist.enabled and apq.enabled:
            raise ManifestError(
                "`persisted_queries.safelist` and `apq` exclude each other: set `apq.enabled: false`"
            )
        self._store = (store or MemoryStore(apq.router.cache.in_memory.limit)) if apq.enabled else None
        self._trusted = trusted
        self._by_id: dict[str, str] = {}
        if trusted.enabled:
            for path in trusted.local_manifests:
                self._by_id.update(read_manifest(path))
        self._own: frozenset[str] = frozenset()
        self._texts = {_normalized(text) for text in self._by_id.values()}
        self._longest = max(map(len, self._by_id.values()), default=0)

    def trust(self, documents: Iterable[str]) -> None:
        """Documents of the router's own, which pass whatever clients may send."""
        self._own = frozenset(documents)

    async def find(self, request: GraphQLRequest) -> str:
        """The document. Raises RefusedError."""
        digest = _digest(request)
        known_id = request.document_id or digest
        if known_id is not None and self._by_id:
            text = self._by_id.get(known_id)
            if text is not None:
                PERSISTED.labels("trusted").inc()
                return text
        if request.document_id is not None and request.query is None:
            raise RefusedError(404, "PERSISTED_QUERY_NOT_IN_LIST", "No document has this id.")
        if digest is not None:
            return self._allowed(await self._automatic(digest, request.query))
        assert request.query is not None, "a request has a document or names one"
        return self._allowed(request.query)

    async def _automatic(self, digest: str, query: str | None) -> str:
        if self._store is None:
            if query is not None:
                return query
            raise RefusedError(200, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported", _UNCACHED)
        if query is None:
            document = await self._store.get(digest)
            PERSISTED.labels("missed" if document is None else "found").inc()
            if document is None:
                raise RefusedError(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound", _UNCACHED)
            return document
        if hashlib.sha256(query.encode()).hexdigest() != digest:
            raise RefusedError(
                400, "PERSISTED_QUERY_HASH_MISMATCH", "`sha256Hash` is not the hash of `query`."
            )
        await self._store.put(digest, query)
        PERSISTED.labels("registered").inc()
        return query

    def _allowed(self, text: str) -> str:
        """What is sent as text, where only trusted documents may be."""
        if not self._trusted.enabled or text in self._own:
            return text
        is_known = text in self._texts or (
            len(text) <= 4 * self._longest and _normalized(text) in self._texts
        )
        if not is_known and self._trusted.log_unknown:
            _log.warning("unknown_document", digest=hashlib.sha256(text.encode()).hexdigest())
        if not self._trusted.safelist.enabled:
            return text
        if self._trusted.safelist.require_id:
            raise RefusedError(400, "PERSISTED_QUERY_ID_REQUIRED", "Name a trusted document by its id.")
        if not is_known:
            raise RefusedError(403, "QUERY_NOT_IN_SAFELIST", "Only trusted documents are answered here.")
        return text


def read_manifest(path: Path) -> dict[str, str]:
    """Documents by id: Apollo's ``apollo-persisted-query-manifest``, or Relay's object. Raises ManifestError."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path}: {error}") from error
    if isinstance(content, dict) and content.get("format") == "apollo-persisted-query-manifest":
        entries = content.get("operations")
        pairs = [(each.get("id"), each.get("body")) for each in _objects(entries, path)]
    elif isinstance(content, dict):
        pairs = list(content.items())
    else:
        raise ManifestError(f"{path}: neither Apollo's manifest nor Relay's")
    if not all(isinstance(key, str) and isinstance(text, str) for key, text in pairs):
        raise ManifestError(f"{path}: each document has an id and a text")
    return {str(key): str(text) for key, text in pairs}


def _objects(entries: Any, path: Path) -> Iterable[Mapping[str, Any]]:
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ManifestError(f"{path}: `operations` is a list of objects")
    return entries


def _digest(request: GraphQLRequest) -> str | None:
    """Of ``extensions.persistedQuery``. Raises RefusedError."""
    extension = request.extensions.get("persistedQuery")
    if extension is None:
        return None
    digest = extension.get("sha256Hash") if isinstance(extension, dict) else None
    if not isinstance(digest, str) or not digest or len(digest) > 256 or extension.get("version", 1) != 1:
        raise RefusedError(
            400, "BAD_REQUEST", "`extensions.persistedQuery` is {version: 1, sha256Hash: <text>}."
        )
    return digest


def _normalized(text: str) -> str:
    try:
        return strip_ignored_characters(text)
    except GraphQLError:
        return text
