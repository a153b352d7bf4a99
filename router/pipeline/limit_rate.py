"""Token buckets: for all requests together, and for each client."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kit.telemetry import get_logger
from router.configuration.model import ClientRateLimits, RateLimit, RouterTraffic
from router.metrics import LIMITED
from router.pipeline.messages import Client, RefusedError

_log = get_logger("router.limit_rate")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an attempt: ``wait_s`` until there are enough tokens, 0 when they were taken."""

    wait_s: float
    remaining: int


class Buckets(Protocol):
    """Token buckets by name, shared by however many processes there are."""

    async def take(self, name: str, capacity: int, interval_s: float, tokens: float = 1) -> Taken:
        """Takes the tokens or says how long to wait."""


class LocalBuckets:
    """Of this process alone."""

    _KEPT = 100_000

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}

    async def take(self, name: str, capacity: int, interval_s: float, tokens: float = 1) -> Taken:
        """See Buckets."""
        now = self._now()
        left, at = self._buckets.get(name, (float(capacity), now))
        left = min(float(capacity), left + (now - at) * capacity / interval_s)
        wait_s = 0.0
        if left >= tokens:
            left -= tokens
        else:
            wait_s = (tokens - left) * interval_s / capacity
        if name not in self._buckets and len(self._buckets) >= self._KEPT:
            # The one that was made first is most likely full again.
            del self._buckets[next(iter(self._buckets))]
        self._buckets[name] = left, now
        return Taken(wait_s, int(left))


class RateLimits:
    """The limits of ``traffic_shaping.router``. When the buckets can't be reached, requests pass."""

    def __init__(self, traffic: RouterTraffic, buckets: Buckets | None = None) -> None:
        self._global = traffic.global_rate_limit
        self._clients: ClientRateLimits = traffic.client_rate_limits
        self._here = LocalBuckets()
        self._buckets = buckets or self._here

    async def check_all(self) -> None:
        """The limit on this process. Raises RefusedError: 503."""
        if self._global is None:
            return
        limit = self._global
        taken = await self._here.take("all", limit.capacity, limit.interval)
        if taken.wait_s:
            LIMITED.labels("REQUEST_RATE_LIMITED").inc()
            headers = {"retry-after": str(int(taken.wait_s) + 1)}
            raise RefusedError(503, "REQUEST_RATE_LIMITED", "The router is busy. Try again soon.", headers)

    async def check_client(self, client: Client, cost: float = 1) -> dict[str, str]:
        """Headers that tell a client what is left. Raises RefusedError: 429."""
        limit = self._clients.authenticated if client.is_authenticated else self._clients.anonymous
        return {} if limit is None else await self._take(client.key, limit, cost, "Too many requests.")

    async def charge(self, client: Client, budget: RateLimit, cost: float) -> None:
        """Of what a client may spend on costs. Raises RefusedError: 429."""
        wanted = min(cost, float(budget.capacity))
        await self._take(f"cost:{client.key}", budget, wanted, "The budget of costs is spent.")

    async def _take(self, name: str, limit: RateLimit, tokens: float, why: str) -> dict[str, str]:
        try:
            taken = await self._buckets.take(name, limit.capacity, limit.interval, tokens)
        except (OSError, TimeoutError) as error:
            _log.warning("rate_limits_unavailable", reason=type(error).__name__)
            return {}
        headers = _headers(limit, taken)
        if taken.wait_s:
            LIMITED.labels("RATE_LIMITED").inc()
            seconds = max(1, int(taken.wait_s + 0.999))
            raise RefusedError(
                429,
                "RATE_LIMITED",
                f"{why} Try again in {seconds} s.",
                {**headers, "retry-after": str(seconds)},
                {"retryAfter": seconds},
            )
        return headers


def _headers(limit: RateLimit, taken: Taken) -> dict[str, str]:
    """``RateLimit`` and ``RateLimit-Policy`` of draft-ietf-httpapi-ratelimit-headers-10."""
    window = int(limit.interval)
    return {
        "ratelimit-policy": f'"default";q={limit.capacity};w={window}',
        "ratelimit": f'"default";r={taken.remaining};t={max(0, int(taken.wait_s + 0.999))}',
    }
