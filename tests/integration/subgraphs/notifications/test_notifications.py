"""The in-app list, from the fact to the bell."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts import ids
from contracts.channels import notifications_channel
from contracts.events import NotificationKind
from contracts.ids import new_id
from kit.db.counting import observed_statements
from tests.integration.subgraphs.notifications.conftest import Trigger
from tests.support.subgraphs import Caller

LIST = """
query List($first: Int, $after: String) {
  unreadNotificationCount
  notifications(first: $first, after: $after) {
    edges { node { id kind isRead actor { id } video { id } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
MARK = """
mutation Mark($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { unreadCount userErrors { code field } }
}
"""
MARK_ALL = """
mutation MarkAll($input: MarkAllNotificationsReadInput!) {
  markAllNotificationsRead(input: $input) { unreadCount userErrors { code field } }
}
"""
RECEIVED = "subscription { notificationReceived { unreadCount notification { id kind } } }"


async def listed(caller: Caller, **variables: Any) -> list[dict[str, Any]]:
    data = await caller.data(LIST, **variables)
    return [edge["node"] for edge in data["notifications"]["edges"]]


async def test_what_happened_stands_in_the_list_newest_first(notifications: Caller, trigger: Trigger) -> None:
    me, actor = new_id(), new_id()
    await trigger(me, actor_id=actor)
    fact = await trigger(me, kind=NotificationKind.USER_FOLLOWED)
    await trigger(new_id())
    data = await notifications.as_user(me).data(LIST)
    nodes = [edge["node"] for edge in data["notifications"]["edges"]]
    assert [node["kind"] for node in nodes] == ["USER_FOLLOWED", "VIDEO_LIKED"]
    assert nodes[0]["video"] == {"id": ids.encode_id(ids.VIDEO, fact.video_id or me)}
    assert nodes[1]["actor"] == {"id": ids.encode_id(ids.USER, actor)}
    assert (data["unreadNotificationCount"], nodes[0]["isRead"]) == (2, False)


async def test_a_fact_that_comes_twice_is_one_notification(notifications: Caller, trigger: Trigger) -> None:
    me = new_id()
    await trigger(me, dedupe_key="like", times=3)
    await asyncio.gather(*(trigger(me, dedupe_key="twin") for _ in range(4)))
    assert len(await listed(notifications.as_user(me))) == 2


async def test_nobody_is_told_of_what_they_did_themselves(notifications: Caller, trigger: Trigger) -> None:
    me = new_id()
    await trigger(me, actor_id=me)
    assert await listed(notifications.as_user(me)) == []


async def test_pages_go_on_where_they_ended_whatever_comes_meanwhile(
    notifications: Caller, trigger: Trigger
) -> None:
    me = notifications.as_user(recipient := new_id())
    for _ in range(5):
        await trigger(recipient)
    first = (await me.data(LIST, first=3))["notifications"]
    await trigger(recipient)
    rest = (await me.data(LIST, first=3, after=first["pageInfo"]["endCursor"]))["notifications"]
    seen = [edge["node"]["id"] for page in (first, rest) for edge in page["edges"]]
    assert (len(set(seen)), first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (
        5,
        True,
        False,
    )


async def test_marking_is_all_or_nothing_and_safe_to_repeat(notifications: Caller, trigger: Trigger) -> None:
    me, other = new_id(), new_id()
    for _ in range(3):
        await trigger(me)
    await trigger(other)
    mine = [node["id"] for node in await listed(notifications.as_user(me))]
    [theirs] = [node["id"] for node in await listed(notifications.as_user(other))]
    caller = notifications.as_user(me)
    refused = await caller.data(MARK, input={"notificationIds": [mine[0], theirs]})
    assert refused["markNotificationsRead"] == {
        "unreadCount": None,
        "userErrors": [{"code": "NOTIFICATION_NOT_FOUND", "field": ["notificationIds"]}],
    }
    for _ in range(2):
        done = await caller.data(MARK, input={"notificationIds": mine[:2]})
        assert done["markNotificationsRead"] == {"unreadCount": 1, "userErrors": []}
    assert (await notifications.as_user(other).data(LIST))["unreadNotificationCount"] == 1


async def test_marking_all_stops_at_what_was_seen(notifications: Caller, trigger: Trigger) -> None:
    me = notifications.as_user(recipient := new_id())
    for _ in range(2):
        await trigger(recipient)
    newest = (await listed(me))[0]["id"]
    await trigger(recipient)
    done = await me.data(MARK_ALL, input={"upToNotificationId": newest})
    assert done["markAllNotificationsRead"] == {"unreadCount": 1, "userErrors": []}
    assert [node["isRead"] for node in await listed(me)] == [False, True, True]


@pytest.mark.parametrize(
    ("mutation", "given", "code"),
    [
        (MARK, {"notificationIds": [ids.encode_id(ids.NOTIFICATION, new_id())]}, "NOTIFICATION_NOT_FOUND"),
        (MARK, {"notificationIds": [ids.encode_id(ids.NOTIFICATION, new_id())] * 101}, "TOO_MANY_IDS"),
        (
            MARK_ALL,
            {"upToNotificationId": ids.encode_id(ids.NOTIFICATION, new_id())},
            "NOTIFICATION_NOT_FOUND",
        ),
    ],
)
async def test_bad_input_has_a_code(notifications: Caller, mutation: str, given: Any, code: str) -> None:
    [payload] = (await notifications.as_user(new_id()).data(mutation, input=given)).values()
    assert [error["code"] for error in payload["userErrors"]] == [code]


@pytest.mark.parametrize("query", ["{ unreadNotificationCount }", "{ notifications { edges { cursor } } }"])
async def test_strangers_have_no_notifications(notifications: Caller, query: str) -> None:
    assert await notifications.error_code(query) == "UNAUTHENTICATED"


async def test_the_bell_rings_for_its_owner(notifications: Caller, trigger: Trigger) -> None:
    me = notifications.as_user(recipient := new_id())
    channel = notifications_channel(recipient)
    answer = await me.subscribe(RECEIVED)
    assert answer["extensions"]["subscription"] == {"channels": [channel], "shared": False}
    stranger = await notifications.subscribe(RECEIVED)
    assert [error["extensions"]["code"] for error in stranger["errors"]] == ["UNAUTHENTICATED"]

    hints = notifications.resources.pubsub.subscribe([channel])
    hearing = asyncio.ensure_future(anext(aiter(hints)))
    client: Any = notifications.resources.pubsub._client
    async with asyncio.timeout(10):
        while not (await client.pubsub_numsub(channel))[0][1]:
            await asyncio.sleep(0.01)
    await trigger(recipient)
    _, hint = await asyncio.wait_for(hearing, 10)
    mapped = await me.map_event(RECEIVED, channel, hint)
    [node] = await listed(me)
    assert mapped["data"]["notificationReceived"] == {
        "unreadCount": 1,
        "notification": {"id": node["id"], "kind": "VIDEO_LIKED"},
    }
    foreign = await notifications.as_user(new_id()).map_event(RECEIVED, channel, hint)
    assert foreign["extensions"]["subscription"]["skipped"] is True


async def test_a_list_is_one_statement_however_long(notifications: Caller, trigger: Trigger) -> None:
    me = notifications.as_user(recipient := new_id())
    for _ in range(4):
        await trigger(recipient)
    with observed_statements() as statements:
        await listed(me, first=4)
    assert len(statements) == 2  # the page, and the unread count beside it
