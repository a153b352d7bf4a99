"""Who shares an answer, and what waits while one is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realtime.hub import Group, Hub

LIKED = {"type": "VideoLiked", "coalesce": True}
COMMENTED = {"type": "CommentAdded"}


def test_equal_subscriptions_share_a_group_and_a_channel_is_asked_for_once() -> None:
    hub: Hub[str] = Hub()
    assert hub.join((1, "a"), "key", "request", ("c",)) == ["c"]
    assert hub.join((2, "a"), "key", "request", ("c",)) == []
    assert hub.join((2, "b"), "other", "request", ("c", "d")) == ["d"]
    ready = hub.publish("c", LIKED)
    assert sorted((group.key, sorted(group.members)) for group, _ in ready) == [
        ("key", [(1, "a"), (2, "a")]),
        ("other", [(2, "b")]),
    ]


def test_a_channel_is_given_up_with_its_last_listener() -> None:
    hub: Hub[str] = Hub()
    hub.join((1, "a"), "key", "request", ("c",))
    hub.join((2, "a"), "other", "request", ("c",))
    assert hub.leave((1, "a")) == []
    assert hub.leave((2, "a")) == ["c"]
    assert hub.leave((2, "a")) == []
    assert (hub.publish("c", LIKED), hub.group_count) == ([], 0)


def _busy() -> tuple[Hub[str], Group[str]]:
    hub: Hub[str] = Hub(max_waiting=3)
    hub.join((1, "a"), "key", "request", ("c",))
    [(group, _)] = hub.publish("c", LIKED)
    return hub, group


def _waiting(hub: Hub[str], group: Group[str]) -> list[Mapping[str, Any]]:
    found = []
    while (event := hub.done(group)) is not None:
        found.append(event[1])
    return found


def test_counts_that_change_meanwhile_wait_as_one_the_latest() -> None:
    hub, group = _busy()
    last = {**LIKED, "actorId": "last"}
    for event in (LIKED, LIKED, last):
        assert hub.publish("c", event) == []
    assert _waiting(hub, group) == [last]


def test_what_must_not_be_lost_waits_in_order() -> None:
    hub, group = _busy()
    for event in (COMMENTED, LIKED, COMMENTED):
        hub.publish("c", event)
    assert _waiting(hub, group) == [COMMENTED, LIKED, COMMENTED]


def test_a_group_that_falls_behind_loses_the_oldest_and_says_so() -> None:
    hub, group = _busy()
    for number in range(5):
        hub.publish("c", {**COMMENTED, "number": number})
    assert [event["number"] for event in _waiting(hub, group)] == [2, 3, 4]
    assert hub.lost == 2


def test_after_the_last_event_the_next_one_starts_at_once() -> None:
    hub, group = _busy()
    assert hub.done(group) is None
    assert [event for _, event in hub.publish("c", COMMENTED)] == [("c", COMMENTED)]
