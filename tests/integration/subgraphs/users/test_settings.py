"""A person's own settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from contracts.ids import USER, encode_id, new_id
from subgraphs.users.models import LIMITS, Profile
from tests.support.subgraphs import Caller, outbox_types

MakeProfile = Callable[..., Awaitable[Profile]]

SETTINGS = "settings { language notifyLikes notifyComments notifyFollows }"
UPDATE = f"""mutation ($input: UpdateSettingsInput!) {{ updateSettings(input: $input) {{
    user {{ {SETTINGS} }} }} }}"""
DEFAULTS = {"language": "ENGLISH", "notifyLikes": True, "notifyComments": True, "notifyFollows": True}


async def update(caller: Caller, **changes: Any) -> Any:
    return (await caller.data(UPDATE, input=changes))["updateSettings"]["user"]["settings"]


async def settings_of(caller: Caller, profile: Profile) -> Any:
    query = f"query ($id: ID!) {{ user(id: $id) {{ {SETTINGS} }} }}"
    return (await caller.data(query, id=encode_id(USER, profile.user_id)))["user"]["settings"]


async def test_settings_change_one_by_one_and_are_nobody_elses_business(
    users: Caller, make_profile: MakeProfile
) -> None:
    anna, bob = await make_profile(), await make_profile()
    caller = users.as_user(anna.user_id)
    assert await settings_of(caller, anna) == DEFAULTS
    assert await update(caller, language="GERMAN") == DEFAULTS | {"language": "GERMAN"}
    assert await update(caller, notifyLikes=False) == DEFAULTS | {"language": "GERMAN", "notifyLikes": False}
    assert await settings_of(caller, bob) is None
    assert await settings_of(users.as_user(bob.user_id), anna) is None
    assert await settings_of(users, anna) is None
    assert await outbox_types(users.resources, str(anna.user_id)) == ["ProfileChanged"]


async def test_changes_at_once_do_not_undo_each_other(users: Caller, make_profile: MakeProfile) -> None:
    anna = await make_profile()
    caller = users.as_user(anna.user_id)
    await asyncio.gather(
        update(caller, notifyLikes=False),
        update(caller, notifyComments=False),
        update(caller, language="JAPANESE"),
    )
    assert await settings_of(caller, anna) == {
        "language": "JAPANESE",
        "notifyLikes": False,
        "notifyComments": False,
        "notifyFollows": True,
    }


async def test_a_first_change_opens_the_profile(users: Caller) -> None:
    user_id = new_id()
    caller = users.as_user(user_id, handle=f"s_{user_id.hex[-20:]}", name="Cleo")
    assert await update(caller, notifyFollows=False) == DEFAULTS | {"notifyFollows": False}
    assert await outbox_types(users.resources, str(user_id)) == ["ProfileChanged"]


async def test_changes_are_limited(users: Caller, make_profile: MakeProfile) -> None:
    anna = await make_profile()
    limiter = users.resources.limiter
    for _ in range(LIMITS.changes_per_hour):
        await limiter.take("profile", str(anna.user_id), limit=LIMITS.changes_per_hour, per_s=3600)
    caller = users.as_user(anna.user_id)
    assert await caller.error_code(UPDATE, input={"notifyLikes": False}) == "RATE_LIMITED"
    assert await settings_of(caller, anna) == DEFAULTS
