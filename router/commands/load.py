"""The supergraph that a command line names."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from router.config import SupergraphConfig, load_supergraph_config
from router.core.composition import compose


def add_supergraph_arguments(parser: argparse.ArgumentParser) -> None:
    """``--supergraph FILE`` or ``--config FILE``."""
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--supergraph", type=Path, metavar="FILE", help="a composed supergraph SDL")
    group.add_argument("--config", type=Path, metavar="FILE", help="supergraph.yaml; composed at the start")


def load_supergraph_sdl(arguments: argparse.Namespace) -> str:
    """Raises ConfigError, CompositionError or OSError."""
    if arguments.supergraph is not None:
        return str(arguments.supergraph.read_text())
    return compose_config(load_supergraph_config(arguments.config))


def compose_config(config: SupergraphConfig) -> str:
    """Fetches what must be fetched, then composes."""
    return compose(asyncio.run(config.load_sources())).supergraph_sdl
