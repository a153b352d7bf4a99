"""Compose the subgraphs of a supergraph.yaml and print the supergraph."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from router.commands.load import load_errors
from router.config import load_supergraph_config
from router.core.composition import compose

FAILURE_STATUS = 1
expected_errors = load_errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=Path("supergraph.yaml"), metavar="FILE")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write here instead of to stdout")


def run(arguments: argparse.Namespace) -> int:
    sources = asyncio.run(load_supergraph_config(arguments.config).load_sources())
    composition = compose(sources)
    for hint in composition.hints:
        print(f"hint {hint.code}: {hint.message}", file=sys.stderr)
    if arguments.output is None:
        sys.stdout.write(composition.supergraph_sdl)
    else:
        arguments.output.write_text(composition.supergraph_sdl)
    return 0
