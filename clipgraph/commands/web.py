"""Builds the browser page (GraphiQL) out of web/ unless it is current; says so where that is not possible."""

from __future__ import annotations

import argparse

from clipgraph.supervisor.processes import REPOSITORY
from devstack.page import build_page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict", action="store_true", help="exit 1 when there is no current page afterwards"
    )


def run(args: argparse.Namespace) -> int:
    build = build_page(REPOSITORY / "web")
    print(build.message)
    return 1 if args.strict and not build.ok else 0
