"""When a message that failed is tried again, and when it is given up. Pure: it is told the time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from kit.outage import is_outage


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Attempts in a row before a message is given up, and the pauses between them (jittered, doubling).

    What fails because a server is away costs no attempt: it is tried again for ``patience_s``.
    """

    attempts: int = 6
    first_pause_s: float = 0.1
    longest_pause_s: float = 20.0
    longest_outage_pause_s: float = 2.0
    patience_s: float = 3600.0

    def pause_s(self, failures: int) -> float:
        """After the ``failures``-th failure in a row."""
        return self._jittered(failures, self.longest_pause_s)

    def outage_pause_s(self, failures: int) -> float:
        """After the ``failures``-th failure in a row for want of a server."""
        return self._jittered(failures, self.longest_outage_pause_s)

    def _jittered(self, failures: int, longest_s: float) -> float:
        whole = min(longest_s, self.first_pause_s * 2.0 ** min(failures - 1, 32))
        return whole * random.uniform(0.5, 1.0)


@dataclass(slots=True)
class Tries:
    """One message's failures in this process. ``attempt`` counts from what the broker says (from 1)."""

    policy: RetryPolicy
    attempt: int
    _outages: int = field(default=0, init=False)
    _away_since: float | None = field(default=None, init=False)

    def after(self, error: Exception, now: float) -> float | None:
        """Seconds to wait before the next try; None when it is to be given up. ``now``: monotonic seconds."""
        if is_outage(error):
            return self._wait_out(now)
        self._outages, self._away_since = 0, None
        if self.attempt >= self.policy.attempts:
            return None
        self.attempt += 1
        return self.policy.pause_s(self.attempt - 1)

    def _wait_out(self, now: float) -> float | None:
        if self._away_since is None:
            self._away_since = now
        if now - self._away_since > self.policy.patience_s:
            return None
        self._outages += 1
        return self.policy.outage_pause_s(self._outages)
