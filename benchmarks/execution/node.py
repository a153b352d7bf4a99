"""graphql-js and graphql-jit from npm, in a process of Node."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from benchmarks.execution.page import QUERY, VIDEOS
from devstack.page import find_node
from tests.support.node_peers import install

_SOURCES = Path(__file__).parent / "executors"
_WARM_UP = 20_000
"""Operations until the engine has compiled all that it will."""


class NodeExecutor:
    """One of the contenders of ``executors/page.mjs``."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = f"{name}, Node"
        self._kind = name
        self._process = process

    async def answer(self) -> Any:
        """The whole response."""
        return orjson.loads(await self._tell(f"answer {self._kind}"))

    async def cpu_us(self, operations: int) -> float:
        """Of one operation, with all threads of the process."""
        return float(await self._tell(f"{self._kind} {operations}"))

    async def _tell(self, line: str) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n".encode())
        answer = await self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"Node ended at {line!r}")
        return answer


@asynccontextmanager
async def node_executors() -> AsyncIterator[list[NodeExecutor]]:
    """Warm; none, and a word about it, where they can't be had."""
    node = find_node()
    try:
        folder = None if node is None else install(node, _SOURCES)
    except pytest.skip.Exception as reason:
        print(f"only our own executors: {reason}", file=sys.stderr)
        folder = None
    if node is None or folder is None:
        yield []
        return
    process = await asyncio.create_subprocess_exec(
        *(node.folder / "node", folder / "page.mjs", QUERY, str(VIDEOS)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_ENV": "production"},
    )
    try:
        executors = [NodeExecutor(name, process) for name in ("graphql-js", "graphql-jit")]
        for executor in executors:
            await executor.cpu_us(_WARM_UP)
        yield executors
    finally:
        process.kill()
        await process.wait()
