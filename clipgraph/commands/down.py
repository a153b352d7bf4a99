"""Stops a running `clipgraph up` and, if that was killed, whatever it left behind."""

from __future__ import annotations

import argparse

from clipgraph.supervisor.environment import make_stack
from clipgraph.supervisor.run_state import RunState, state_file
from devstack.process import stop_process
from kit.config import Settings

# Longer than all tiers together may take; SIGKILL to the supervisor would only leave orphans.
_DEADLINE_S = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    stop_everything(Settings())
    return 0


def stop_everything(settings: Settings) -> None:
    """Returns when nothing of this data folder runs any more; says what it stopped."""
    data_dir = settings.data_dir.resolve()
    state = RunState.read(data_dir)
    if state.supervisor is not None:
        print(f"stopping clipgraph (pid {state.supervisor.pid})")
        stop_process(state.supervisor, deadline_s=_DEADLINE_S)
    left = RunState.read(data_dir).stop_orphans()
    if data_dir.exists():
        left += make_stack(settings).stop_orphans()
    if left:
        print(f"stopped what was left behind: {', '.join(left)}")
    state_file(data_dir).remove()
    if state.supervisor is None and not left:
        print("nothing runs")
