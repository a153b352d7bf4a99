"""The subgraphs, and routers of several makes before them, each a process of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.router.processes import started
from benchmarks.router.subgraphs import SCHEMAS
from devstack.ports import find_free_port
from router.core.composition import SubgraphSource, compose

OURS = "clipgraph"
_NODE_ROUTERS = {
    "Apollo Gateway": "apollo",
    "Hive Gateway": "hive",
    "Hive Gateway, Rust planner": "hive-rust",
}
_GATEWAY = Path(__file__).parent / "gateway.mjs"


@dataclass(frozen=True, slots=True)
class RunningRouter:
    """``pid`` is that of its process, ``url`` its GraphQL endpoint."""

    name: str
    pid: int
    url: str


@asynccontextmanager
async def running_routers(folder: Path, only: str | None = None) -> AsyncIterator[list[RunningRouter]]:
    """All that this machine can run. ``folder`` takes the supergraph, which all of them get."""
    async with AsyncExitStack() as stack:
        supergraph = folder / "supergraph.graphql"
        supergraph.write_text(compose(await _start_subgraphs(stack)).supergraph_sdl)
        routers = [await _start_ours(stack, supergraph)]
        node = None if only == OURS else _find_node()
        if node is not None:
            for name, kind in _NODE_ROUTERS.items():
                port = str(find_free_port())
                argv: list[str | Path] = [*node, kind, supergraph, port]
                pid = await stack.enter_async_context(started(argv, port, {"NODE_ENV": "production"}))
                routers.append(RunningRouter(name, pid, f"http://127.0.0.1:{port}/graphql"))
        yield routers


async def _start_subgraphs(stack: AsyncExitStack) -> list[SubgraphSource]:
    sources = []
    for name, sdl in SCHEMAS.items():
        port = str(find_free_port())
        argv = [sys.executable, "-m", "benchmarks.router.subgraphs", name, port]
        await stack.enter_async_context(started(argv, port))
        sources.append(SubgraphSource(name, f"http://127.0.0.1:{port}/graphql", sdl))
    return sources


async def _start_ours(stack: AsyncExitStack, supergraph: Path) -> RunningRouter:
    port = str(find_free_port())
    argv: list[str | Path] = [
        sys.executable,
        "-m",
        "router",
        "serve",
        "--supergraph",
        supergraph,
        "--port",
        port,
    ]
    pid = await stack.enter_async_context(started([*argv, "--log-level", "ERROR"], port))
    return RunningRouter(OURS, pid, f"http://127.0.0.1:{port}/graphql")


def _find_node() -> list[str | Path] | None:
    """How to call ``gateway.mjs`` where its packages are; None, and a word about it, where they can't be had."""
    from tests.support.node_peers import NodePeers

    try:
        peers = NodePeers()
    except pytest.skip.Exception as reason:
        print(f"only our own router: {reason}", file=sys.stderr)
        return None
    script = peers._folder / "benchmark-gateway.mjs"
    shutil.copy(_GATEWAY, script)
    return [peers._node.folder / "node", script]
