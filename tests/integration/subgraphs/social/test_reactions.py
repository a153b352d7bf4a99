"""Likes, saves, shares and views against the real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.events import Visibility
from contracts.ids import USER, VIDEO, encode_id, new_id
from tests.support.subgraphs import Caller, outbox_types

MakeUser = Callable[[], Awaitable[UUID]]
MakeVideo = Callable[..., Awaitable[UUID]]

VIDEO_FIELDS = "id likeCount saveCount shareCount viewCount commentCount viewerHasLiked viewerHasSaved"


def mutation(name: str) -> str:
    kind = name[0].upper() + name[1:] + "Input!"
    return f"""mutation ($input: {kind}) {{ {name}(input: $input) {{
        video {{ {VIDEO_FIELDS} }} userErrors {{ code field message }} }} }}"""


async def react(caller: Caller, name: str, video_id: UUID, **more: Any) -> dict[str, Any]:
    given = {"videoId": encode_id(VIDEO, video_id), **more}
    payload: dict[str, Any] = (await caller.data(mutation(name), input=given))[name]
    return payload


@pytest.mark.parametrize(
    ("do", "undo", "count", "flag", "done", "undone"),
    [
        ("likeVideo", "unlikeVideo", "likeCount", "viewerHasLiked", "VideoLiked", "VideoUnliked"),
        ("saveVideo", "unsaveVideo", "saveCount", "viewerHasSaved", "VideoSaved", "VideoUnsaved"),
    ],
)
async def test_a_reaction_is_there_once_and_can_be_taken_back(
    social: Caller,
    make_user: MakeUser,
    make_video: MakeVideo,
    do: str,
    undo: str,
    count: str,
    flag: str,
    done: str,
    undone: str,
) -> None:
    author, fan = await make_user(), await make_user()
    video_id = await make_video(author)
    caller = social.as_user(fan)
    for _ in range(2):
        payload = await react(caller, do, video_id)
        assert payload["userErrors"] == []
        assert (payload["video"][count], payload["video"][flag]) == (1, True)
    for _ in range(2):
        payload = await react(caller, undo, video_id)
        assert (payload["video"][count], payload["video"][flag]) == (0, False)
    assert await outbox_types(social.resources, str(video_id)) == [done, undone]


async def test_a_hundred_likes_at_once_are_a_hundred(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    video_id = await make_video(await make_user())
    fans = [await make_user() for _ in range(20)]
    await asyncio.gather(
        *(react(social.as_user(fan), "likeVideo", video_id) for fan in fans for _ in range(5))
    )
    answer = await react(social.as_user(fans[0]), "unsaveVideo", video_id)
    assert answer["video"]["likeCount"] == 20
    assert await outbox_types(social.resources, str(video_id)) == ["VideoLiked"] * 20


async def test_the_creator_is_told_of_a_like_and_not_of_their_own(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    author, fan = await make_user(), await make_user()
    video_id = await make_video(author)
    await react(social.as_user(author), "likeVideo", video_id)
    assert await outbox_types(social.resources, str(author)) == []
    await react(social.as_user(fan), "likeVideo", video_id)
    assert await outbox_types(social.resources, str(author)) == ["NotificationTriggered"]


async def test_an_idempotency_key_means_once(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    video_id = await make_video(await make_user())
    caller = social.as_user(await make_user())
    await asyncio.gather(*(react(caller, "shareVideo", video_id, idempotencyKey="k1") for _ in range(5)))
    payload = await react(caller, "shareVideo", video_id, idempotencyKey="k2")
    assert payload["video"]["shareCount"] == 2
    code = await caller.error_code(
        mutation("shareVideo"),
        input={"videoId": encode_id(VIDEO, video_id), "channel": "message", "idempotencyKey": "k1"},
    )
    assert code == "BAD_USER_INPUT"


async def test_a_like_that_is_retried_after_it_was_taken_back_stays_taken_back(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    video_id = await make_video(await make_user())
    caller = social.as_user(await make_user())
    await react(caller, "likeVideo", video_id, idempotencyKey="first")
    await react(caller, "unlikeVideo", video_id)
    late_retry = await react(caller, "likeVideo", video_id, idempotencyKey="first")
    assert late_retry["video"]["likeCount"] == 0


async def test_views_count_every_time(social: Caller, make_user: MakeUser, make_video: MakeVideo) -> None:
    video_id = await make_video(await make_user())
    caller = social.as_user(await make_user())
    await react(caller, "recordView", video_id, watchedMs=1500)
    payload = await react(caller, "recordView", video_id, watchedMs=9000, isCompleted=True)
    assert payload["video"]["viewCount"] == 2
    assert await outbox_types(social.resources, str(video_id)) == ["VideoViewed", "VideoViewed"]


@pytest.mark.parametrize(
    ("name", "more", "code", "field"),
    [
        ("shareVideo", {"channel": "No Such"}, "INVALID_SHARE_CHANNEL", ["channel"]),
        ("recordView", {"watchedMs": -1}, "INVALID_WATCH_TIME", ["watchedMs"]),
        ("recordView", {"watchedMs": 3_600_001}, "INVALID_WATCH_TIME", ["watchedMs"]),
    ],
)
async def test_bad_input_is_named_and_writes_nothing(
    social: Caller,
    make_user: MakeUser,
    make_video: MakeVideo,
    name: str,
    more: dict[str, Any],
    code: str,
    field: list[str],
) -> None:
    video_id = await make_video(await make_user())
    payload = await react(social.as_user(await make_user()), name, video_id, **more)
    (error,) = payload["userErrors"]
    assert (payload["video"], error["code"], error["field"]) == (None, code, field)
    assert await outbox_types(social.resources, str(video_id)) == []


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.FRIENDS])
@pytest.mark.parametrize("name", ["likeVideo", "saveVideo", "unlikeVideo", "unsaveVideo"])
async def test_a_video_that_is_not_for_the_viewer_does_not_exist(
    social: Caller, make_user: MakeUser, make_video: MakeVideo, name: str, visibility: Visibility
) -> None:
    video_id = await make_video(await make_user(), visibility=visibility)
    payload = await react(social.as_user(await make_user()), name, video_id)
    assert [error["code"] for error in payload["userErrors"]] == ["VIDEO_NOT_FOUND"]
    assert await outbox_types(social.resources, str(video_id)) == []


async def test_friends_may_like_a_friends_only_video(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    author, friend = await make_user(), await make_user()
    video_id = await make_video(author, visibility=Visibility.FRIENDS)
    follow = "mutation ($input: FollowUserInput!) { followUser(input: $input) { userErrors { code } } }"
    await social.as_user(friend).data(follow, input={"userId": encode_id(USER, author)})
    payload = await react(social.as_user(friend), "likeVideo", video_id)
    assert [error["code"] for error in payload["userErrors"]] == ["VIDEO_NOT_FOUND"]
    await social.as_user(author).data(follow, input={"userId": encode_id(USER, friend)})
    assert (await react(social.as_user(friend), "likeVideo", video_id))["video"]["likeCount"] == 1


async def test_unknown_and_malformed_ids(social: Caller, make_user: MakeUser) -> None:
    caller = social.as_user(await make_user())
    payload = await react(caller, "likeVideo", new_id())
    assert [error["code"] for error in payload["userErrors"]] == ["VIDEO_NOT_FOUND"]
    for nonsense in ("", "vid_x", encode_id(USER, new_id()), "'; DROP TABLE social.likes; --", "\x00"):
        assert await caller.error_code(mutation("likeVideo"), input={"videoId": nonsense}) == "BAD_USER_INPUT"


async def test_an_anonymous_viewer_is_asked_to_sign_in(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    video_id = await make_video(await make_user())
    code = await social.error_code(mutation("likeVideo"), input={"videoId": encode_id(VIDEO, video_id)})
    assert code == "UNAUTHENTICATED"
    assert await outbox_types(social.resources, str(video_id)) == []


async def test_likes_are_limited_by_the_hour(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    video_id = await make_video(await make_user())
    fan = await make_user()
    limiter = social.resources.limiter
    for _ in range(500):
        await limiter.take("like", str(fan), limit=500, per_s=3600)
    response = await social.as_user(fan)(mutation("likeVideo"), input={"videoId": encode_id(VIDEO, video_id)})
    (error,) = response["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["extensions"]["retryAfterSeconds"] >= 1
    assert await outbox_types(social.resources, str(video_id)) == []


async def test_each_of_two_mutations_in_a_row_shows_what_it_did(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    video_id = await make_video(await make_user())
    data = await social.as_user(await make_user()).data(
        """mutation ($like: LikeVideoInput!, $save: SaveVideoInput!) {
          likeVideo(input: $like) { video { likeCount viewerHasLiked viewerHasSaved } }
          saveVideo(input: $save) { video { saveCount viewerHasLiked viewerHasSaved } }
        }""",
        like={"videoId": encode_id(VIDEO, video_id)},
        save={"videoId": encode_id(VIDEO, video_id)},
    )
    assert data["likeVideo"]["video"] == {"likeCount": 1, "viewerHasLiked": True, "viewerHasSaved": False}
    assert data["saveVideo"]["video"] == {"saveCount": 1, "viewerHasLiked": True, "viewerHasSaved": True}
