"""Print the query plan of an operation."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from router.commands.load import add_supergraph_arguments, load_errors, load_supergraph_sdl
from router.core.operation import OperationError, prepare_operation
from router.core.planner import STAGES, PlanningError, PlanningLimitError, Stage, plan_operation
from router.core.supergraph import load_supergraph

FAILURE_STATUS = 1


def expected_errors() -> tuple[type[Exception], ...]:
    return (*load_errors(), OperationError, PlanningError, PlanningLimitError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_supergraph_arguments(parser)
    parser.add_argument("--operation-name", metavar="NAME")
    parser.add_argument(
        "--stage",
        choices=(*STAGES, "all"),
        default="plan",
        help="what to print: the plan (default), one of the stages before it, or all of them",
    )
    parser.add_argument("operation", metavar="FILE", help="a file with the operation, or - for stdin")


def run(arguments: argparse.Namespace) -> int:
    supergraph = load_supergraph(load_supergraph_sdl(arguments))
    source = sys.stdin.read() if arguments.operation == "-" else Path(arguments.operation).read_text()
    operation = prepare_operation(supergraph, source, arguments.operation_name)
    wanted: str = arguments.stage

    def watch(stage: Stage, text: Callable[[], str]) -> None:
        if wanted in (stage, "all"):
            print(f"# {stage}\n{text()}\n" if wanted == "all" else text())

    plan_operation(supergraph, operation, watch=watch)
    return 0
