"""What a request asks of PostgreSQL and Valkey, as these two saw it: the one in its log, the other by MONITOR.

So nothing here knows how the platform reads, and it stays right when that changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
from redis.asyncio import Redis

Command: TypeAlias = tuple[bytes, ...]
_ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [^\[\n]*\[\d+\] \S* ([A-Z]+):  ", re.MULTILINE)
_EXECUTED = re.compile(r"(?:execute [^:]+|statement): (.*)\n", re.DOTALL)
_PARAMETER = re.compile(r"\$\d+ = (?:'((?:[^']|'')*)'|NULL)")
_COMMAND = re.compile(r"[\d.]+ \[(\d+) (\S+)\] (.*)", re.DOTALL)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)')
_MARK = b"end of a request"


@dataclass(frozen=True, slots=True)
class Statement:
    """``arguments`` as PostgreSQL writes them; None is NULL."""

    sql: str
    arguments: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """By one request, in the order of arrival."""

    statements: tuple[Statement, ...]
    commands: tuple[Command, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """All of it but the values."""
        return *(each.sql for each in self.statements), *(command[0] for command in self.commands)


def usual(rounds: Sequence[Sequence[Asked]]) -> list[Sequence[Asked]]:
    """Those that asked what most of them did: now and then one also fills a cache or opens a connection."""
    shapes = [tuple(each.shape for each in asked) for asked in rounds]
    [(most, _)] = Counter(shapes).most_common(1)
    return [asked for asked, shape in zip(rounds, shapes, strict=True) if shape == most]


class Recorder:
    """Sees everything that is asked of the two servers: nobody else may use them meanwhile."""

    def __init__(self, valkey: Redis, log: Path) -> None:
        self._valkey = valkey
        self._log = log

    async def record(self, request: Callable[[], Awaitable[object]]) -> Asked:
        start = self._log.stat().st_size
        async with self._valkey.monitor() as monitor:
            await request()
            await self._valkey.echo(_MARK)
            commands = []
            while (command := await _next_command(monitor.connection)) != (b"ECHO", _MARK):
                commands += [command] if command else []
        with self._log.open("rb") as file:
            file.seek(start)
            return Asked(tuple(read_statements(file.read().decode())), tuple(commands))


@asynccontextmanager
async def open_recorder(dsn: str, valkey_url: str, log: Path) -> AsyncIterator[Recorder]:
    """``dsn`` is a superuser's, ``log`` what that server writes. A session may miss its first request: send one more."""
    admin = await asyncpg.connect(dsn)
    await _log_statements(admin, "all")
    try:
        async with Redis.from_url(valkey_url) as valkey:
            await valkey.ping()  # it says hello before it is listened to
            yield Recorder(valkey, log)
    finally:
        await _log_statements(admin, "none")
        await admin.close()


async def _log_statements(admin: Any, which: str) -> None:
    await admin.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
    await admin.execute("SELECT pg_reload_conf()")


def read_statements(log: str) -> Iterator[Statement]:
    """Those in a part of PostgreSQL's log that begins and ends with whole entries."""
    parts = _ENTRY.split(log)[1:]
    entries = [*zip(parts[::2], parts[1::2], strict=True), ("", "")]
    for (level, text), (next_level, next_text) in pairwise(entries):
        executed = _EXECUTED.fullmatch(text) if level == "LOG" else None
        if executed is not None:
            given = next_text if next_level == "DETAIL" else ""
            yield Statement(executed[1].replace("\n\t", "\n"), tuple(_read_parameters(given)))


def _read_parameters(detail: str) -> Iterator[str | None]:
    for parameter in _PARAMETER.finditer(detail):
        yield None if parameter[1] is None else parameter[1].replace("''", "'")


def read_array(text: str) -> list[str | None]:
    """The elements of an array with one dimension, as PostgreSQL writes it."""
    return [
        None if each[2] == "NULL" else each[2] or re.sub(r"\\(.)", r"\1", each[1])
        for each in _ELEMENT.finditer(text)
    ]


async def _next_command(connection: Any) -> Command | None:
    return read_command((await connection.read_response()).decode())


def read_command(line: str) -> Command | None:
    """A line of MONITOR; None where no client said it, but a script."""
    match = _COMMAND.fullmatch(line)
    if match is None:
        raise ValueError(f"no line of MONITOR: {line!r}")
    if match[2] == "lua":
        return None
    return tuple(_unescape(word) for word in _WORD.findall(match[3]))


def _unescape(word: str) -> bytes:
    return word.encode("latin-1").decode("unicode_escape").encode("latin-1")
