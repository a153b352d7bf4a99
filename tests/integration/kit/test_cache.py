"""Valkey under many commands at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as ValkeyConnectionError

from kit.cache import make_client
from kit.config import Settings


async def test_more_commands_than_connections_wait_for_one(settings: Settings) -> None:
    client = make_client(settings.valkey_url)
    try:
        keys = [f"many:{number}" for number in range(1000)]
        await asyncio.gather(*(client.set(key, key, ex=60) for key in keys))
        assert await asyncio.gather(*(client.get(key) for key in keys)) == keys
    finally:
        await client.aclose()


async def test_whoever_gives_up_waiting_wakes_the_next(settings: Settings) -> None:
    client = make_client(settings.valkey_url)
    pool: Any = client.connection_pool
    pool.max_connections = 1
    try:
        held = await pool.get_connection()
        impatient, patient = (asyncio.create_task(_ping(client)) for _ in range(2))
        await asyncio.sleep(0)
        await pool.release(held)
        impatient.cancel()
        assert await patient
        await asyncio.gather(impatient, return_exceptions=True)
        assert await client.ping()
    finally:
        await client.aclose()


async def _ping(client: Redis) -> bool:
    return bool(await client.ping())


async def test_nobody_waits_for_ever(settings: Settings) -> None:
    client = make_client(settings.valkey_url, timeout_s=0.05, retries=0)
    pool: Any = client.connection_pool
    pool.max_connections = 1
    try:
        held = await pool.get_connection()
        with pytest.raises(ValkeyConnectionError, match="free"):
            await client.ping()
        await pool.release(held)
        assert await client.ping()
    finally:
        await client.aclose()
