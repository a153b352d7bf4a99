"""The supergraph that a command line names."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path


def add_supergraph_arguments(parser: argparse.ArgumentParser) -> None:
    """``--supergraph FILE`` or ``--config FILE``."""
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--supergraph", type=Path, metavar="FILE", help="a composed supergraph SDL")
    group.add_argument("--config", type=Path, metavar="FILE", help="supergraph.yaml; composed at the start")


def load_supergraph_sdl(arguments: argparse.Namespace) -> str:
    """Raises one of ``load_errors()``."""
    if arguments.supergraph is not None:
        return str(arguments.supergraph.read_text())
    return compose_file(arguments.config)


def compose_file(path: Path) -> str:
    """Of a supergraph.yaml: fetches what must be fetched, then composes. Raises one of ``load_errors()``."""
    # A router that starts from a composed supergraph does without composition.
    from router.config import load_supergraph_config
    from router.core.composition import compose

    return compose(asyncio.run(load_supergraph_config(path).load_sources())).supergraph_sdl


def load_errors() -> tuple[type[Exception], ...]:
    """What a person can mend about a supergraph."""
    from router.config import ConfigError
    from router.core.composition import CompositionError
    from router.core.supergraph import SupergraphError

    return (ConfigError, CompositionError, SupergraphError, OSError, UnicodeDecodeError)
