"""When to start a process again that ended by itself. Pure: it is told the time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Restart at once after a crash, ever later while it keeps crashing, and forget it after a healthy run."""

    first_s: float = 0.2
    factor: float = 2.0
    most_s: float = 15.0
    healthy_after_s: float = 20.0
    loop_after: int = 5
    quick_exits: int = 0

    def delay_after(self, ran_s: float) -> float:
        """Seconds to wait before the next start, given how long the last run lasted."""
        self.quick_exits = 1 if ran_s >= self.healthy_after_s else self.quick_exits + 1
        return min(self.first_s * self.factor ** (self.quick_exits - 1), self.most_s)

    @property
    def is_crash_loop(self) -> bool:
        """Whether restarting alone will hardly help: a person should look."""
        return self.quick_exits >= self.loop_after
