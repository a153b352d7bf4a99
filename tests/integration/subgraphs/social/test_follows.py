"""The follow graph against the real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from contracts.events import Envelope, UserRegistered
from contracts.ids import USER, encode_id, new_id
from kit.db.counting import observed_statements
from subgraphs.social.consumers import consumer_group
from tests.support.subgraphs import Caller, outbox_types

MakeUser = Callable[[], Awaitable[UUID]]

FIELDS = "id followerCount followingCount viewerIsFollowing isFollowingViewer"
FOLLOW = f"""mutation ($input: FollowUserInput!) {{ followUser(input: $input) {{
    user {{ {FIELDS} }} userErrors {{ code }} }} }}"""
UNFOLLOW = FOLLOW.replace("FollowUserInput", "UnfollowUserInput").replace("followUser(", "unfollowUser(")
USERS = f"""query ($representations: [_Any!]!) {{ _entities(representations: $representations) {{
    ... on User {{ {FIELDS}
        followers(first: 2) {{ edges {{ node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }} }} }}"""


def named(user_id: UUID) -> dict[str, str]:
    return {"userId": encode_id(USER, user_id)}


async def users(caller: Caller, *user_ids: UUID) -> list[dict[str, Any]]:
    representations = [{"__typename": "User", "id": encode_id(USER, each)} for each in user_ids]
    data = await caller.data(USERS, representations=representations)
    return list(data["_entities"])


async def test_following_twice_is_once_and_can_be_undone(social: Caller, make_user: MakeUser) -> None:
    fan, star = await make_user(), await make_user()
    caller = social.as_user(fan)
    for _ in range(2):
        payload = (await caller.data(FOLLOW, input=named(star)))["followUser"]
        assert payload["userErrors"] == []
        assert (payload["user"]["followerCount"], payload["user"]["viewerIsFollowing"]) == (1, True)
    (seen_by_star,) = await users(social.as_user(star), fan)
    assert (seen_by_star["followingCount"], seen_by_star["isFollowingViewer"]) == (1, True)
    for _ in range(2):
        payload = (await caller.data(UNFOLLOW, input=named(star)))["unfollowUser"]
        assert (payload["user"]["followerCount"], payload["user"]["viewerIsFollowing"]) == (0, False)
    assert await outbox_types(social.resources, str(star)) == [
        "UserFollowed",
        "NotificationTriggered",
        "UserUnfollowed",
    ]


async def test_people_who_follow_each_other_at_once_do_not_block_each_other(
    social: Caller, make_user: MakeUser
) -> None:
    people = [await make_user() for _ in range(6)]
    pairs = [(one, other) for one in people for other in people if one != other]
    await asyncio.gather(*(social.as_user(one).data(FOLLOW, input=named(other)) for one, other in pairs))
    assert [(each["followerCount"], each["followingCount"]) for each in await users(social, *people)] == [
        (5, 5)
    ] * 6


async def test_nobody_follows_themselves_or_nobody(social: Caller, make_user: MakeUser) -> None:
    user = await make_user()
    for target, code in (
        (user, "CANNOT_FOLLOW_SELF"),
        (new_id(), "USER_NOT_FOUND"),
        (UUID(int=7), "USER_NOT_FOUND"),
    ):
        payload = (await social.as_user(user).data(FOLLOW, input=named(target)))["followUser"]
        assert [error["code"] for error in payload["userErrors"]] == [code]
        assert await outbox_types(social.resources, str(target)) == []


async def test_a_follow_waits_for_a_registration_that_is_on_its_way(
    social: Caller, make_user: MakeUser
) -> None:
    newcomer = new_id()
    event = UserRegistered(user_id=newcomer, handle="new", display_name="New")
    envelope = Envelope(type="UserRegistered", version=1, data={})
    caller = social.as_user(await make_user())
    following = asyncio.create_task(caller.data(FOLLOW, input=named(newcomer)))
    await asyncio.sleep(0)  # the follow is under way before the fact arrives
    for _ in range(2):
        await consumer_group(social.resources).handlers[UserRegistered](envelope, event)
    assert (await following)["followUser"]["userErrors"] == []


async def test_lists_page_and_many_users_take_as_many_statements_as_one(
    social: Caller, make_user: MakeUser
) -> None:
    star = await make_user()
    fans = [await make_user() for _ in range(3)]
    for fan in fans:
        await social.as_user(fan).data(FOLLOW, input=named(star))
    (seen,) = await users(social, star)
    newest_first = [encode_id(USER, fan) for fan in reversed(fans)]
    assert [edge["node"]["id"] for edge in seen["followers"]["edges"]] == newest_first[:2]
    assert seen["followers"]["pageInfo"]["hasNextPage"] is True
    query = """query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on User { followerCount followingCount viewerIsFollowing } } }"""
    representations = [{"__typename": "User", "id": encode_id(USER, each)} for each in [star, *fans]]
    with observed_statements() as statements:
        await social.as_user(fans[0]).data(query, representations=representations)
    assert len(statements) == 2


async def test_saved_and_liked_lists_are_for_their_owner(social: Caller, make_user: MakeUser) -> None:
    owner, other = await make_user(), await make_user()
    query = """query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on User { savedVideos { edges { node { id } } } } } }"""
    representations = [{"__typename": "User", "id": encode_id(USER, owner)}]
    assert await social.as_user(other).error_code(query, representations=representations) == "FORBIDDEN"
    assert await social.error_code(query, representations=representations) == "UNAUTHENTICATED"
    data = await social.as_user(owner).data(query, representations=representations)
    assert data["_entities"] == [{"savedVideos": {"edges": []}}]
