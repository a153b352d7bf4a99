"""An auth subgraph on real servers, and people with accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from contracts.ids import USER, decode_id, new_id
from kit.resources import Resources
from subgraphs.auth.app import create_subgraph
from tests.integration.subgraphs.auth.calls import SIGN_UP, Person
from tests.support.subgraphs import Caller


@pytest.fixture(scope="session")
async def resources(resources_for: Callable[[str], Awaitable[Resources]]) -> Resources:
    return await resources_for("auth")


@pytest.fixture(scope="session")
async def auth(resources: Resources) -> Caller:
    return Caller(create_subgraph(resources), resources)


@pytest.fixture
async def anna(auth: Caller) -> Person:
    """Somebody who has just signed up."""
    handle = f"a_{new_id().hex[-20:]}"
    email, password = f"{handle}@example.org", "correct horse battery"
    given = {"email": email, "handle": handle, "displayName": "Anna", "password": password}
    payload = (await auth.data(SIGN_UP, input=given))["signUp"]
    assert payload["userErrors"] == []
    user_id = decode_id(USER, payload["user"]["id"])
    return Person(user_id, email, handle, password, payload["tokens"])
