"""What runs, where, and how often it had to be started again. Exit status 1 when nothing does."""

from __future__ import annotations

import argparse
import json

from clipgraph.supervisor.report import status_table
from clipgraph.supervisor.run_state import RunState
from kit.config import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the state file as it is, for programs")


def run(args: argparse.Namespace) -> int:
    data_dir = Settings().data_dir.resolve()
    state = RunState.read(data_dir)
    living = state.living()
    if args.json:
        print(json.dumps({**state.content, "phase": state.phase}, indent=1))
    elif state.supervisor is None and not living:
        print(f"nothing runs on {data_dir}; `make up` starts it")
    else:
        supervisor = f"pid {state.supervisor.pid}" if state.supervisor else "gone: `make up` takes over"
        print(f"clipgraph on {data_dir}: {state.phase} (supervisor {supervisor})\n")
        print(status_table(state.processes, list(living)))
    return 0 if state.supervisor or living else 1
