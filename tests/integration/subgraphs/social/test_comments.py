"""Comments and replies against the real database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import COMMENT, VIDEO, encode_id, new_id
from kit.db.counting import observed_statements
from tests.support.subgraphs import Caller, outbox_types

MakeUser = Callable[[], Awaitable[UUID]]
MakeVideo = Callable[..., Awaitable[UUID]]

ADD = """mutation ($input: AddCommentInput!) { addComment(input: $input) {
    comment { id body author { id } parent { id } replyCount } userErrors { code field } } }"""
DELETE = """mutation ($input: DeleteCommentInput!) { deleteComment(input: $input) {
    video { commentCount } userErrors { code } } }"""


async def add(caller: Caller, video_id: UUID, body: str, **more: Any) -> dict[str, Any]:
    given = {"videoId": encode_id(VIDEO, video_id), "body": body, **more}
    payload: dict[str, Any] = (await caller.data(ADD, input=given))["addComment"]
    return payload


def represent(video_id: UUID) -> list[dict[str, str]]:
    return [{"__typename": "Video", "id": encode_id(VIDEO, video_id)}]


THREADS = """query ($representations: [_Any!]!, $after: String) { _entities(representations: $representations) {
    ... on Video { commentCount comments(first: 2, after: $after) {
        edges { cursor node { id body isDeleted author { id } replies { edges { node { body } } } } }
        pageInfo { hasNextPage endCursor } } } } }"""


async def thread(caller: Caller, video_id: UUID, after: str | None = None) -> dict[str, Any]:
    data = await caller.data(THREADS, representations=represent(video_id), after=after)
    (video,) = data["_entities"]
    return dict(video)


async def test_a_thread_pages_newest_first_with_replies_oldest_first(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    author, fan = await make_user(), await make_user()
    video_id = await make_video(author)
    caller = social.as_user(fan)
    written = [(await add(caller, video_id, f"comment {n}"))["comment"] for n in range(3)]
    for n in range(2):
        reply = await add(social.as_user(author), video_id, f"reply {n}", parentId=written[2]["id"])
        assert reply["comment"]["parent"] == {"id": written[2]["id"]}
    first = await thread(caller, video_id)
    assert first["commentCount"] == 5
    assert [edge["node"]["body"] for edge in first["comments"]["edges"]] == ["comment 2", "comment 1"]
    replies = first["comments"]["edges"][0]["node"]["replies"]["edges"]
    assert [edge["node"]["body"] for edge in replies] == ["reply 0", "reply 1"]
    assert first["comments"]["pageInfo"]["hasNextPage"] is True
    second = await thread(caller, video_id, first["comments"]["pageInfo"]["endCursor"])
    assert [edge["node"]["body"] for edge in second["comments"]["edges"]] == ["comment 0"]
    assert second["comments"]["pageInfo"]["hasNextPage"] is False


async def test_the_creator_hears_of_a_comment_and_the_commenter_of_a_reply(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    author, fan = await make_user(), await make_user()
    video_id = await make_video(author)
    comment = (await add(social.as_user(fan), video_id, "first!"))["comment"]
    await add(social.as_user(author), video_id, "thanks", parentId=comment["id"])
    assert await outbox_types(social.resources, str(author)) == ["NotificationTriggered"]
    assert await outbox_types(social.resources, str(fan)) == ["NotificationTriggered"]
    assert await outbox_types(social.resources, str(video_id)) == ["CommentAdded", "CommentAdded"]


async def test_a_retry_with_the_same_key_writes_one_comment(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    video_id = await make_video(await make_user())
    caller = social.as_user(await make_user())
    first = await add(caller, video_id, "once", idempotencyKey="k")
    again = await add(caller, video_id, "once", idempotencyKey="k")
    assert first["comment"]["id"] == again["comment"]["id"]
    assert (await thread(caller, video_id))["commentCount"] == 1


async def test_a_deleted_comment_keeps_its_place_and_loses_its_text(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    author, fan, stranger = await make_user(), await make_user(), await make_user()
    video_id = await make_video(author)
    comment = (await add(social.as_user(fan), video_id, "regret"))["comment"]
    await add(social.as_user(author), video_id, "reply", parentId=comment["id"])
    refused = (await social.as_user(stranger).data(DELETE, input={"commentId": comment["id"]}))[
        "deleteComment"
    ]
    assert refused == {"video": None, "userErrors": [{"code": "NOT_COMMENT_OWNER"}]}
    done = (await social.as_user(author).data(DELETE, input={"commentId": comment["id"]}))["deleteComment"]
    assert done == {"video": {"commentCount": 1}, "userErrors": []}
    again = (await social.as_user(author).data(DELETE, input={"commentId": comment["id"]}))["deleteComment"]
    assert again["userErrors"] == [{"code": "COMMENT_NOT_FOUND"}]
    (edge,) = (await thread(social, video_id))["comments"]["edges"]
    node = edge["node"]
    assert (node["body"], node["isDeleted"], node["author"]) == (None, True, None)
    assert [reply["node"]["body"] for reply in node["replies"]["edges"]] == ["reply"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "COMMENT_EMPTY"),
        (" \n\t", "COMMENT_EMPTY"),
        ("\x00", "COMMENT_EMPTY"),
        ("x" * 1001, "COMMENT_TOO_LONG"),
    ],
)
async def test_a_comment_has_1_to_1000_characters(
    social: Caller, make_user: MakeUser, make_video: MakeVideo, body: str, code: str
) -> None:
    video_id = await make_video(await make_user())
    payload = await add(social.as_user(await make_user()), video_id, body)
    assert payload == {"comment": None, "userErrors": [{"code": code, "field": ["body"]}]}
    assert (await thread(social, video_id))["commentCount"] == 0


async def test_where_no_comment_may_stand(social: Caller, make_user: MakeUser, make_video: MakeVideo) -> None:
    author = await make_user()
    caller = social.as_user(await make_user())
    closed, open_video, other = (
        await make_video(author, allow_comments=False),
        await make_video(author),
        await make_video(author),
    )
    comment = (await add(caller, open_video, "hello"))["comment"]
    reply = (await add(caller, open_video, "hi", parentId=comment["id"]))["comment"]
    cases = [
        (closed, {}, "COMMENTS_DISABLED"),
        (new_id(), {}, "VIDEO_NOT_FOUND"),
        (open_video, {"parentId": reply["id"]}, "REPLY_TO_REPLY"),
        (other, {"parentId": comment["id"]}, "REPLY_TO_REPLY"),
        (open_video, {"parentId": encode_id(COMMENT, new_id())}, "COMMENT_NOT_FOUND"),
        (open_video, {"parentId": "cmt_nonsense"}, "COMMENT_NOT_FOUND"),
    ]
    for video_id, more, code in cases:
        payload = await add(caller, video_id, "text", **more)
        assert [error["code"] for error in payload["userErrors"]] == [code]
    assert (await thread(social, open_video))["commentCount"] == 2


async def test_threads_of_many_videos_take_as_many_statements_as_one(
    social: Caller, make_user: MakeUser, make_video: MakeVideo
) -> None:
    author, fan = await make_user(), await make_user()
    videos = [await make_video(author) for _ in range(5)]
    for video_id in videos:
        comment = (await add(social.as_user(fan), video_id, "a"))["comment"]
        await add(social.as_user(fan), video_id, "b", parentId=comment["id"])

    async def statements(of: list[UUID]) -> int:
        representations = [each for video_id in of for each in represent(video_id)]
        with observed_statements() as seen:
            await social.data(THREADS, representations=representations)
        return len(seen)

    assert await statements(videos[:1]) == await statements(videos) == 3
