"""The subgraphs, and routers of several makes before them, each a process of its own."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

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


_CONFIGURATION = """
authentication: {{ router: {{ jwt: {{ jwks: [{{ url: "file://{jwks}", issuer: benchmark, audience: router }}] }} }} }}
authorization: {{ require_authentication: true }}
traffic_shaping:
  router:
    client_rate_limits: {{ authenticated: {{ capacity: 1000000, interval: 1s }} }}
demand_control: {{ enabled: true, mode: enforce, strategy: {{ static_estimated: {{ list_size: 100, max: 100000 }} }} }}
"""
"""What ours does for every request, and the others don't: a token, a rate limit, demand control."""


@dataclass(frozen=True, slots=True)
class RunningRouter:
    """``pid`` is that of its process, ``url`` its GraphQL endpoint; ``token`` is sent to all of them, for one subject."""

    name: str
    pid: int
    url: str
    token: str


@asynccontextmanager
async def running_routers(folder: Path, only: str | None = None) -> AsyncIterator[list[RunningRouter]]:
    """All that this machine can run. ``folder`` takes the supergraph, which all of them get."""
    async with AsyncExitStack() as stack:
        supergraph = folder / "supergraph.graphql"
        supergraph.write_text(compose(await _start_subgraphs(stack)).supergraph_sdl)
        token = _write_configuration(folder)
        routers = [await _start_ours(stack, folder, token)]
        node = None if only == OURS else _find_node()
        if node is not None:
            for name, kind in _NODE_ROUTERS.items():
                port = str(find_free_port())
                argv: list[str | Path] = [*node, kind, supergraph, port]
                pid = await stack.enter_async_context(started(argv, port, {"NODE_ENV": "production"}))
                routers.append(RunningRouter(name, pid, f"http://127.0.0.1:{port}/graphql", token))
        yield routers


async def _start_subgraphs(stack: AsyncExitStack) -> list[SubgraphSource]:
    sources = []
    for name, sdl in SCHEMAS.items():
        port = str(find_free_port())
        argv = [sys.executable, "-m", "benchmarks.router.subgraphs", name, port]
        await stack.enter_async_context(started(argv, port))
        sources.append(SubgraphSource(name, f"http://127.0.0.1:{port}/graphql", sdl))
    return sources


def _write_configuration(folder: Path) -> str:
    """A token that it lets in."""
    key = Ed25519PrivateKey.generate()
    public = {**OKPAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "1", "alg": "EdDSA"}
    (folder / "jwks.json").write_text(json.dumps({"keys": [public]}))
    (folder / "router.yaml").write_text(_CONFIGURATION.format(jwks=folder / "jwks.json"))
    claims = {"sub": "1", "iss": "benchmark", "aud": "router", "exp": int(time.time()) + 24 * 3600}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": "1"})


async def _start_ours(stack: AsyncExitStack, folder: Path, token: str) -> RunningRouter:
    port = str(find_free_port())
    argv: list[str | Path] = [
        sys.executable,
        "-m",
        "router",
        "serve",
        "--supergraph",
        folder / "supergraph.graphql",
        "--router-config",
        folder / "router.yaml",
        "--port",
        port,
    ]
    pid = await stack.enter_async_context(started([*argv, "--log-level", "ERROR"], port))
    return RunningRouter(OURS, pid, f"http://127.0.0.1:{port}/graphql", token)


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
