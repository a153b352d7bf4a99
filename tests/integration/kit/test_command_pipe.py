"""Many commands on one connection: a real Valkey, and peers that do not answer as they should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as ValkeyTimeoutError

from kit.cache import make_client
from kit.command_pipe import CommandPipe, Script
from kit.config import Settings

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _pipe(url: str, *, timeout_s: float = 5.0) -> AsyncIterator[CommandPipe]:
    client = make_client(url)
    pipe = CommandPipe(client.connection_pool, timeout_s=timeout_s)
    try:
        yield pipe
    finally:
        await pipe.close()
        await client.aclose()


@asynccontextmanager
async def _peer(serve: Serve, login: str = "", database: str = "") -> AsyncIterator[str]:
    """The URL of something that is no Valkey."""
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"redis://{login}127.0.0.1:{port}/{database}"


@pytest.fixture
async def pipe(settings: Settings) -> AsyncIterator[CommandPipe]:
    async with _pipe(settings.valkey_url) as opened:
        yield opened


async def test_each_caller_gets_its_own_answer(pipe: CommandPipe) -> None:
    async def ask(number: int) -> Any:
        await pipe.run("SET", f"pipe:{number}", number, "EX", 60)
        return await pipe.run("GET", f"pipe:{number}")

    answers = await asyncio.gather(*(ask(number) for number in range(500)))
    assert answers == [str(number) for number in range(500)]


async def test_answers_keep_their_types(pipe: CommandPipe) -> None:
    await pipe.run("DEL", "pipe:set")
    assert await pipe.run("ZADD", "pipe:set", 1.5, "a", 2, "ö") == 2
    assert await pipe.run("ZRANGE", "pipe:set", 0, -1, "REV", "WITHSCORES") == [["ö", 2.0], ["a", 1.5]]
    assert await pipe.run("MGET", "pipe:none", "pipe:none") == [None, None]


async def test_it_works_in_the_database_of_its_address(pipe: CommandPipe, settings: Settings) -> None:
    client = make_client(settings.valkey_url)
    await pipe.run("SET", "pipe:here", "yes", "EX", 60)
    assert await client.get("pipe:here") == "yes"
    await client.aclose()


async def test_a_refusal_is_its_callers_alone(pipe: CommandPipe) -> None:
    answers: Sequence[Any] = await asyncio.gather(
        pipe.run("PING"), pipe.run("NONSENSE"), pipe.run("ECHO", "still here"), return_exceptions=True
    )
    assert answers[::2] == ["PONG", "still here"]
    assert isinstance(answers[1], ResponseError)


async def test_a_script_that_the_server_does_not_know_is_told(pipe: CommandPipe) -> None:
    script = Script("return {KEYS[1], ARGV[1], 'unheard of'}")
    for _ in range(2):
        assert await pipe.run_script(script, ["pipe:key"], [7]) == ["pipe:key", "7", "unheard of"]


async def test_whoever_goes_away_takes_no_answer_along(pipe: CommandPipe) -> None:
    asking = [asyncio.create_task(pipe.run("ECHO", str(number))) for number in range(20)]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert answers[1::2] == [str(number) for number in range(1, 20, 2)]
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])


async def test_what_a_lost_connection_took_along_is_asked_again(pipe: CommandPipe) -> None:
    for _ in range(5):
        own = await pipe.run("CLIENT", "ID")
        killed, *answers = await asyncio.gather(
            pipe.run("CLIENT", "KILL", "ID", own, "SKIPME", "no"),
            *(pipe.run("ECHO", str(number)) for number in range(20)),
        )
        assert killed == 1
        assert answers == [str(number) for number in range(20)]
        assert await pipe.run("CLIENT", "ID") != own


async def test_a_silent_peer_costs_no_more_than_its_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            pass
        writer.close()

    async with _peer(silent) as url, _pipe(url, timeout_s=0.02) as pipe:
        answers = await asyncio.gather(*(pipe.run("PING") for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ValkeyTimeoutError] * 3


@pytest.mark.parametrize("nonsense", [b"HTTP/1.1 400\r\n\r\n", b"+OK\r\n+OK\r\n+one too many\r\n"])
async def test_a_peer_that_is_no_valkey_is_left(nonsense: bytes) -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(nonsense)
        while await reader.read(100):
            pass
        writer.close()

    async with _peer(chatter) as url, _pipe(url, timeout_s=0.1) as pipe:
        with pytest.raises((ValkeyConnectionError, ValkeyTimeoutError)):
            await pipe.run("PING")


async def test_nobody_there() -> None:
    async with _pipe("redis://127.0.0.1:1/0") as pipe:
        with pytest.raises(ValkeyConnectionError):
            await pipe.run("PING")


async def test_it_logs_in_and_chooses_its_database() -> None:
    heard = b""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        while data := await reader.read(1000):
            heard += data
            writer.write(b"+OK\r\n")
        writer.close()

    async with _peer(answer, login="anna:secret@", database="3") as url, _pipe(url) as pipe:
        assert await pipe.run("PING") == "OK"
    words = [word for word in heard.decode().split("\r\n") if word[:1] not in "*$"]
    assert words == ["HELLO", "3", "AUTH", "anna", "secret", "SELECT", "3", "PING"]
