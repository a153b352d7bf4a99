"""A transport with manners: equal queries in flight are shared, lost ones sent again, a subgraph that is down is
left alone for a while.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import orjson

from contracts.subgraph import SubgraphRequest, SubgraphUnavailableError
from router.metrics import CIRCUIT_OPEN, RETRIES, SHARED_FETCHES
from router.transports.base import Transport
from router.transports.kinds import is_query

_Outcome: TypeAlias = bytes | SubgraphUnavailableError | None
_UNSHARED_HEADERS = frozenset({"traceparent", "tracestate"})


@dataclass(frozen=True, slots=True)
class TrafficFigures:
    """None or False switches something off.

    Retries: as many as ``retry_share`` of the requests, and ``retries_per_s`` besides. After ``failures_before_open``
    failures in a row the subgraph is left alone for ``open_for_s``, then one request finds out. ``requests_per_s`` with
    ``burst`` is what the subgraph is asked at most.
    """

    timeout_s: float | None = None
    shares_queries: bool = True
    retry_share: float | None = None
    retries_per_s: float = 10.0
    retry_window_s: float = 10.0
    retries_mutations: bool = False
    failures_before_open: int | None = 20
    open_for_s: float = 5.0
    requests_per_s: float | None = None
    burst: int = 0


class ShapedTransport:
    """Around another transport. Belongs to one event loop."""

    def __init__(
        self,
        name: str,
        transport: Transport,
        figures: TrafficFigures,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._transport = transport
        self._figures = figures
        self._in_flight: dict[Hashable, _Flight] = {}
        self._breaker = _Breaker(name, figures, now)
        self._retries = _Allowance(figures.retries_per_s, figures.retries_per_s * figures.retry_window_s, now)
        rate = figures.requests_per_s
        self._rate = None if rate is None else _Allowance(rate, max(1, figures.burst), now, is_full=True)

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """See Transport."""
        if not self._figures.shares_queries or not is_query(request):
            return await self._send(request)
        key = _key(request)
        flight = self._in_flight.get(key)
        if flight is None:
            return await self._lead(key, request)
        SHARED_FETCHES.labels(self._name).inc()
        flight.followers += 1
        outcome = await flight.follow()
        if outcome is None:
            # Whoever asked first is gone; the answer is wanted all the same.
            return await self.execute(request)
        if isinstance(outcome, SubgraphUnavailableError):
            raise SubgraphUnavailableError(self._name, outcome.reason, is_busy=outcome.is_busy)
        return dict(orjson.loads(outcome))

    async def close(self) -> None:
        """See Transport."""
        await self._transport.close()

    async def _lead(self, key: Hashable, request: SubgraphRequest) -> dict[str, Any]:
        """Sends the request; whoever came meanwhile gets a copy."""
        flight = self._in_flight[key] = _Flight()
        outcome: _Outcome = None
        try:
            response = await self._send(request)
            outcome = orjson.dumps(response) if flight.followers else None
        except SubgraphUnavailableError as error:
            outcome = error
            raise
        finally:
            del self._in_flight[key]
            flight.land(outcome)
        return response

    async def _send(self, request: SubgraphRequest) -> dict[str, Any]:
        figures = self._figures
        if figures.retry_share is not None:
            self._retries.add(figures.retry_share)
        while True:
            self._breaker.check()
            if self._rate is not None and not self._rate.take():
                raise SubgraphUnavailableError(self._name, "asked too often")
            try:
                response = await self._exchange(request)
            except SubgraphUnavailableError as error:
                self._breaker.failed()
                may_retry = (
                    figures.retry_share is not None
                    and not error.is_busy
                    and (figures.retries_mutations or is_query(request))
                )
                if not may_retry or not self._retries.take():
                    raise
                RETRIES.labels(self._name).inc()
                await asyncio.sleep(random.uniform(0.01, 0.05))
            except BaseException:
                self._breaker.abandoned()
                raise
            else:
                self._breaker.succeeded()
                return response

    async def _exchange(self, request: SubgraphRequest) -> dict[str, Any]:
        if self._figures.timeout_s is None:
            return await self._transport.execute(request)
        timeout_s = self._figures.timeout_s
        if timeout_s is not None and (request.timeout_s is None or request.timeout_s > timeout_s):
            request = replace(request, timeout_s=timeout_s)
        try:
            return await self._transport.execute(request)
        except TimeoutError as error:
            raise SubgraphUnavailableError(self._name, "timed out") from error


class _Flight:
    """A request under way, and those who wait for its answer too."""

    def __init__(self) -> None:
        self.followers = 0
        self._landed: asyncio.Future[_Outcome] | None = None

    async def follow(self) -> _Outcome:
        """None when the request was given up."""
        if self._landed is None:
            self._landed = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._landed)

    def land(self, outcome: _Outcome) -> None:
        if self._landed is not None:
            self._landed.set_result(outcome)


class _Allowance:
    """Tokens that come with time, and with whatever else earns them."""

    def __init__(self, per_s: float, most: float, now: Callable[[], float], *, is_full: bool = False) -> None:
        self._per_s = per_s
        self._most = most
        self._now = now
        self._left = most if is_full else min(most, per_s)
        self._at = now()

    def add(self, tokens: float) -> None:
        self._left = min(self._most, self._left + tokens)

    def take(self) -> bool:
        now = self._now()
        self.add((now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Breaker:
    """Closed, open for a while, then half open for one request."""

    def __init__(self, name: str, figures: TrafficFigures, now: Callable[[], float]) -> None:
        self._name = name
        self._limit = figures.failures_before_open
        self._open_for_s = figures.open_for_s
        self._now = now
        self._failures = 0
        self._opens_again_at: float | None = None
        self._is_trying = False
        self._gauge = CIRCUIT_OPEN.labels(name)

    def check(self) -> None:
        """Raises SubgraphUnavailableError while the subgraph is left alone."""
        if self._opens_again_at is None:
            return
        if self._now() < self._opens_again_at or self._is_trying:
            raise SubgraphUnavailableError(self._name, "left alone after many failures")
        self._is_trying = True

    def failed(self) -> None:
        self._failures += 1
        if self._limit is not None and (self._is_trying or self._failures >= self._limit):
            self._opens_again_at = self._now() + self._open_for_s
            self._gauge.set(1)
        self._is_trying = False

    def succeeded(self) -> None:
        self._failures = 0
        self._is_trying = False
        if self._opens_again_at is not None:
            self._opens_again_at = None
            self._gauge.set(0)

    def abandoned(self) -> None:
        """The caller went away, or ran out of time: neither a success nor, alone, a failure."""
        self._is_trying = False


def _key(request: SubgraphRequest) -> Hashable:
    """Of everything by which an answer may differ: viewers never share one unless all their headers are equal."""
    headers = tuple([item for item in request.headers.items() if item[0] not in _UNSHARED_HEADERS])
    return request.query, orjson.dumps(request.variables), headers
