"""CPU time of processes that come and go."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.cpu import cpu_seconds

_BURN = "import time\nwhile time.process_time() < 0.3: pass"
_PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {_BURN!r}], check=True)
print("done", flush=True)
sys.stdin.read()
"""


def test_what_a_child_spent_before_it_ended_counts_for_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"done\n"
        assert cpu_seconds(parent.pid) >= 0.29
        parent.communicate()
