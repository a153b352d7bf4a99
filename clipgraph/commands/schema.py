"""``clipgraph schema``: print every subgraph's SDL and compose the supergraph, or check that they are current."""

from __future__ import annotations

import argparse
from pathlib import Path

from clipgraph.domains import load_schemas
from router.config import load_supergraph_config
from router.core.composition import compose

SUPERGRAPH = Path("supergraph.graphql")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a checked-in file is stale"
    )


def run(arguments: argparse.Namespace) -> int:
    stale = [path for path, content in generate().items() if _is_stale(path, content)]
    if arguments.check:
        for path in stale:
            print(f"{path} is stale: run `clipgraph schema`")
        return 1 if stale else 0
    contents = generate()
    for path in stale:
        path.write_text(contents[path])
        print(f"wrote {path}")
    return 0


def generate() -> dict[Path, str]:
    """Path and content of every generated schema file."""
    files = {Path("subgraphs") / domain / "schema.graphql": sdl for domain, sdl in load_schemas().items()}
    return files | {SUPERGRAPH: compose_files(files)}


def compose_files(files: dict[Path, str]) -> str:
    """The supergraph of the given SDL files, with names and URLs out of supergraph.yaml."""
    sources = load_supergraph_config(Path("supergraph.yaml")).sources(files.get)
    return compose(sources).supergraph_sdl


def _is_stale(path: Path, content: str) -> bool:
    return not path.exists() or path.read_text() != content
