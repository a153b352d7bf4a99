"""Whoever goes away leaves nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import pytest

from contracts.ids import USER, encode_id, new_id
from contracts.viewer import VIEWER_HEADER, Viewer, sign_viewer
from kit.graphql.http import create_subgraph_app
from tests.support.ports import served
from tests.support.subgraphs import Caller, outbox_types

MakeUser = Callable[[], Awaitable[UUID]]

FOLLOW = """mutation ($input: FollowUserInput!) { followUser(input: $input) {
    user { followerCount } userErrors { code } } }"""
FOLLOWERS = """query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on User { followerCount } } }"""
_BUSY = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'clipgraph-social' AND state <> 'idle'"""
_WAITING = _BUSY + " AND wait_event_type = 'Lock'"


@pytest.fixture
async def admin(social: Caller) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    settings = social.resources.settings
    connection = await asyncpg.connect(settings.database_dsn(settings.database_admin_user))
    yield connection
    await connection.close()


async def followers(social: Caller, user_id: UUID) -> int:
    representation = {"__typename": "User", "id": encode_id(USER, user_id)}
    data = await social.data(FOLLOWERS, representations=[representation])
    return int(data["_entities"][0]["followerCount"])


async def facts(social: Caller, user_id: UUID) -> int:
    return (await outbox_types(social.resources, str(user_id))).count("UserFollowed")


async def until(connection: asyncpg.Connection[asyncpg.Record], query: str, count: int) -> None:
    """In a transaction, too, which otherwise sees the same activity all the time."""
    async with asyncio.timeout(20):
        while await connection.fetchval(query) != count:
            await connection.execute("SELECT pg_stat_clear_snapshot()")
            await asyncio.sleep(0.01)


async def test_a_mutation_whose_client_hung_up_is_rolled_back(
    social: Caller, make_user: MakeUser, admin: asyncpg.Connection[asyncpg.Record]
) -> None:
    fan, star = await make_user(), await make_user()
    secret = social.resources.settings.viewer_secret.get_secret_value()
    headers = {VIEWER_HEADER: sign_viewer(Viewer(user_id=fan, session_id=new_id()), secret)}
    body = {"query": FOLLOW, "variables": {"input": {"userId": encode_id(USER, star)}}}

    async def follow(client: aiohttp.ClientSession, url: str) -> Any:
        async with client.post(f"{url}/graphql", json=body, headers=headers) as response:
            return await response.json()

    app = create_subgraph_app(social.subgraph.executor, checks={})
    async with served(app) as url, aiohttp.ClientSession() as client:
        async with admin.transaction():
            # The fact is the last thing that a mutation writes.
            await admin.execute("LOCK TABLE social.outbox IN ACCESS EXCLUSIVE MODE")
            following = asyncio.create_task(follow(client, url))
            await until(admin, _WAITING, 1)
            following.cancel()
            await until(admin, _BUSY, 0)
        assert (await followers(social, star), await facts(social, star)) == (0, 0)
        answer = await follow(client, url)
    assert answer == {"data": {"followUser": {"user": {"followerCount": 1}, "userErrors": []}}}
    assert (await followers(social, star), await facts(social, star)) == (1, 1)


async def test_wherever_a_mutation_is_given_up_it_is_done_wholly_or_not_at_all(
    social: Caller, make_user: MakeUser, admin: asyncpg.Connection[asyncpg.Record]
) -> None:
    given_up = 0
    for turns in range(40):
        fan, star = await make_user(), await make_user()
        following = asyncio.create_task(social.as_user(fan)(FOLLOW, input={"userId": encode_id(USER, star)}))
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        following.cancel()
        outcome: Any = (await asyncio.gather(following, return_exceptions=True))[0]
        given_up += isinstance(outcome, asyncio.CancelledError)
        done = await followers(social, star)
        assert done == await facts(social, star) <= 1
        assert isinstance(outcome, asyncio.CancelledError) or done == 1
        await social.as_user(fan).data(FOLLOW, input={"userId": encode_id(USER, star)})
        assert (await followers(social, star), await facts(social, star)) == (1, 1)
    assert given_up
    await until(admin, _BUSY, 0)
