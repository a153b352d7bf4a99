"""CPU time of processes, as the kernel counts it (in hundredths of a second)."""

from __future__ import annotations

from contextlib import suppress

import psutil


def cpu_seconds(pid: int) -> float:
    """Spent by a process and its descendants so far, in user and in kernel mode, those that have ended included."""
    total = 0.0
    process = psutil.Process(pid)
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # ended meanwhile
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
