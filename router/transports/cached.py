"""Responses that subgraphs allow to be kept: whole for root fields, one by one for entities."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import orjson

from contracts.subgraph import SubgraphRequest
from router.metrics import CACHED
from router.transports.base import CACHE_CONTROL, Transport
from router.transports.kinds import is_query
from router.transports.response_store import Entry, ResponseStore

_DIRECTIVE = re.compile(r'([\w-]+)(?:="?([^",]*)"?)?')
_SHARED_VARY = frozenset({"accept", "accept-encoding", "origin", ""})


class CachingTransport:
    """Around another transport. What a subgraph calls ``private``, or says nothing of, is never kept: an answer for
    one viewer can't reach another. ``default_ttl_s`` is for what is ``public`` without an age.
    """

    def __init__(
        self, name: str, transport: Transport, store: ResponseStore, default_ttl_s: float | None
    ) -> None:
        self._name = name
        self._transport = transport
        self._store = store
        self._default_ttl_s = default_ttl_s
        self._hits, self._misses = CACHED.labels(name, "hit"), CACHED.labels(name, "miss")

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """See Transport."""
        if not is_query(request):
            return await self._transport.execute(request)
        if request.entities:
            return await self._entities(request)
        return await self._whole(request)

    async def close(self) -> None:
        """See Transport."""
        await self._transport.close()

    async def _whole(self, request: SubgraphRequest) -> dict[str, Any]:
        key = self._key(request.query, request.variables)
        [found] = await self._store.get_many([key])
        if found is not None:
            self._hits.inc()
            return {"data": orjson.loads(found)}
        self._misses.inc()
        response = await self._transport.execute(request)
        ttl_s = self._ttl(response)
        if ttl_s:
            tags = self._tags((response.get("extensions") or {}).get("apolloCacheTags"))
            await self._store.put_many([Entry(key, orjson.dumps(response["data"]), ttl_s, tags)])
        return response

    async def _entities(self, request: SubgraphRequest) -> dict[str, Any]:
        rest = {name: value for name, value in request.variables.items() if name not in request.entities}
        blocks = [
            _Block(key, variable, request.variables[variable]) for variable, key in request.entities.items()
        ]
        keys = [
            [self._key(request.query, rest, block.response_key, sent) for sent in block.sent]
            for block in blocks
        ]
        known = await self._store.get_many([key for each in keys for key in each])
        found = iter(known)
        answers: dict[str, list[Any]] = {}
        missing: dict[str, list[int]] = {}
        for block, own in zip(blocks, keys, strict=True):
            values = [next(found) for _ in own]
            answers[block.response_key] = [None if each is None else orjson.loads(each) for each in values]
            missing[block.response_key] = [place for place, each in enumerate(values) if each is None]
        missed = sum(map(len, missing.values()))
        self._hits.inc(len(known) - missed)
        self._misses.inc(missed)
        if not missed:
            return {"data": answers}
        wanted = {
            block.variable: [block.sent[place] for place in missing[block.response_key]] for block in blocks
        }
        response = await self._transport.execute(replace(request, variables={**request.variables, **wanted}))
        await self._keep(
            response, missing, {block.response_key: own for block, own in zip(blocks, keys, strict=True)}
        )
        return _completed(response, answers, missing)

    async def _keep(
        self,
        response: Mapping[str, Any],
        missing: Mapping[str, Sequence[int]],
        keys: Mapping[str, Sequence[str]],
    ) -> None:
        ttl_s = self._ttl(response)
        if not ttl_s:
            return
        given = (response.get("extensions") or {}).get("apolloEntityCacheTags")
        entries = []
        for response_key, places in missing.items():
            values = response["data"].get(response_key)
            if not isinstance(values, list) or len(values) != len(places):
                continue
            for number, (place, value) in enumerate(zip(places, values, strict=True)):
                if value is None:
                    continue
                told = given[number] if isinstance(given, list) and len(given) == len(values) else None
                tags = self._tags(told, value.get("__typename"))
                entries.append(Entry(keys[response_key][place], orjson.dumps(value), ttl_s, tags))
        await self._store.put_many(entries)

    def _key(self, query: str, variables: Mapping[str, Any], *more: Any) -> str:
        text = orjson.dumps([self._name, query, variables, more], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()

    def _tags(self, told: Any, type_name: Any = None) -> tuple[str, ...]:
        tags = [f"subgraph:{self._name}"]
        if isinstance(type_name, str):
            tags.append(f"type:{self._name}:{type_name}")
        if isinstance(told, list):
            tags += [f"tag:{self._name}:{each}" for each in told if isinstance(each, str)]
        return tuple(tags)

    def _ttl(self, response: Mapping[str, Any]) -> float:
        """Seconds; 0 for what must not be kept."""
        policy = response.get(CACHE_CONTROL)
        if policy is None or response.get("errors") or not isinstance(response.get("data"), dict):
            return 0.0
        return read_ttl(policy[0], policy[1], self._default_ttl_s)


class _Block(NamedTuple):
    response_key: str
    variable: str
    sent: Sequence[Any]


def read_ttl(cache_control: str, vary: str, default_s: float | None) -> float:
    """Of the headers of RFC 9111, as a cache that many share reads them."""
    if any(name.strip().lower() not in _SHARED_VARY for name in vary.split(",")):
        return 0.0
    given = {name.lower(): value for name, value in _DIRECTIVE.findall(cache_control)}
    if not given or given.keys() & {"private", "no-store", "no-cache"}:
        return 0.0
    age = given.get("s-maxage", given.get("max-age"))
    if age is None:
        return default_s or 0.0 if "public" in given else 0.0
    return float(age) if age.isdigit() else 0.0


def _completed(
    response: dict[str, Any], answers: dict[str, list[Any]], missing: Mapping[str, Sequence[int]]
) -> dict[str, Any]:
    """What came, in the places that it was asked for."""
    data = response.get("data")
    if isinstance(data, dict):
        for response_key, places in missing.items():
            values = data.get(response_key)
            if isinstance(values, list) and len(values) == len(places):
                for place, value in zip(places, values, strict=True):
                    answers[response_key][place] = value
    errors = [_moved(error, missing) for error in response.get("errors") or ()]
    return {**response, "data": answers, **({"errors": errors} if errors else {})}


def _moved(error: dict[str, Any], missing: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    path = error.get("path")
    if not path or len(path) < 2 or path[0] not in missing or type(path[1]) is not int:
        return error
    places = missing[path[0]]
    if not 0 <= path[1] < len(places):
        return error
    return {**error, "path": [path[0], places[path[1]], *path[2:]]}
