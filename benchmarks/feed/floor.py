"""The least that an operation can cost here: what it asks of PostgreSQL and Valkey, asked by asyncpg and hiredis with
nothing around them. No HTTP, no GraphQL, answers are dropped.

It runs in the benchmark's own process, on connections that stay open, each client with its own two: what a server
or a pool of connections would add is no part of a floor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Any, Final
from uuid import UUID

import asyncpg
from redis.asyncio import Connection, Redis

from benchmarks.feed.recording import Asked, Statement, read_array
from benchmarks.load import Measured, repeat
from kit.db.database import SESSION_SETTINGS

_SCALARS: Final[dict[str, Callable[[str], object]]] = {
    "uuid": UUID,
    "int4": int,
    "int8": int,
    "text": str,
    "varchar": str,
    "bytea": lambda text: bytes.fromhex(text.removeprefix("\\x")),
}


class Floor:
    """Repeats what requests asked."""

    def __init__(self, lanes: Sequence[_Lane]) -> None:
        self._lanes = lanes

    @classmethod
    async def open(
        cls, exits: AsyncExitStack, asked: Sequence[Sequence[Asked]], *, dsn: str, valkey_url: str
    ) -> Floor:
        """``asked`` is what each client repeats."""
        return cls([await _Lane.open(exits, own, dsn, valkey_url) for own in asked])

    async def drive(self, clients: int, seconds: float, into: Measured) -> None:
        async def ask(client: int) -> None:
            await self._lanes[client].ask()

        await repeat(ask, clients=clients, seconds=seconds, into=into)

    @staticmethod
    def python_cpu_s() -> float:
        return time.process_time()


class _Lane:
    """One client's connections, and all that is asked of them in the form that costs least."""

    def __init__(self, valkey: Connection, requests: Sequence[_Request]) -> None:
        self._valkey = valkey
        self._requests = cycle(requests)

    @classmethod
    async def open(cls, exits: AsyncExitStack, asked: Sequence[Asked], dsn: str, valkey_url: str) -> _Lane:
        postgres = await asyncpg.connect(dsn, server_settings=SESSION_SETTINGS)
        exits.push_async_callback(postgres.close)
        client = Redis.from_url(valkey_url, single_connection_client=True)
        exits.push_async_callback(client.aclose)
        await client.initialize()
        valkey = client.connection
        assert isinstance(valkey, Connection), "it was asked for a connection of its own"
        prepared: dict[str, Any] = {}
        for each in asked:
            for statement in each.statements:
                if statement.sql not in prepared:
                    prepared[statement.sql] = await postgres.prepare(statement.sql)
        return cls(valkey, [_Request(each, prepared, valkey) for each in asked])

    async def ask(self) -> None:
        request = next(self._requests)
        for statement, arguments in request.statements:
            await statement.fetch(*arguments)
        if request.commands:
            await self._valkey.send_packed_command(request.commands, check_health=False)
            for _ in range(request.answers):
                await self._valkey.read_response()


class _Request:
    def __init__(self, asked: Asked, prepared: dict[str, Any], valkey: Connection) -> None:
        self.statements = [
            (prepared[each.sql], _arguments(each, prepared[each.sql])) for each in asked.statements
        ]
        self.commands = b"".join(part for command in asked.commands for part in valkey.pack_command(*command))
        self.answers = len(asked.commands)


def _arguments(statement: Statement, prepared: Any) -> list[Any]:
    types = prepared.get_parameters()
    return [_read(text, type_) for text, type_ in zip(statement.arguments, types, strict=True)]


def _read(text: str | None, type_: asyncpg.Type) -> Any:
    if text is None:
        return None
    scalar = _SCALARS[type_.name.removesuffix("[]")]
    if type_.kind == "array":
        return [None if each is None else scalar(each) for each in read_array(text)]
    return scalar(text)
