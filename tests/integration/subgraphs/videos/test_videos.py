"""Who sees which video, what its creator may change, and that caches and facts follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts import ids
from contracts.events import UserFollowed, UserUnfollowed, Visibility
from contracts.ids import encode_id, new_id
from kit.db.counting import observed_statements
from subgraphs.videos.models import Video
from tests.integration.subgraphs.videos.conftest import Deliver, MakeVideo
from tests.support.subgraphs import Caller, outbox_types

_VIDEO = "query ($id: ID!) { video(id: $id) { title visibility author { id } } }"
_ENTITIES = """
query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Video { id title } }
}
"""
_PAGE = """
query ($representations: [_Any!]!, $first: Int, $after: String) {
  _entities(representations: $representations) { ... on User {
    videos(first: $first, after: $after) {
      edges { node { id } } pageInfo { hasNextPage endCursor }
    }
  } }
}
"""
_UPDATE = """
mutation ($input: UpdateVideoInput!) {
  updateVideo(input: $input) {
    video { title description category hashtags location visibility allowComments }
    userErrors { code field }
  }
}
"""
_DELETE = """
mutation ($input: DeleteVideoInput!) {
  deleteVideo(input: $input) { deletedVideoId userErrors { code field } }
}
"""
_VIDEO_NOT_FOUND = [{"code": "VIDEO_NOT_FOUND", "field": ["videoId"]}]


def _public(video_id: UUID) -> str:
    return encode_id(ids.VIDEO, video_id)


async def _sees(caller: Caller, video: Video) -> bool:
    return (await caller.data(_VIDEO, id=_public(video.video_id)))["video"] is not None


async def _befriend(deliver: Deliver, one: UUID, other: UUID) -> None:
    for follower, followee in ((one, other), (other, one)):
        await deliver(UserFollowed(follower_id=follower, followee_id=followee, occurred_at=datetime.now(UTC)))


@pytest.mark.parametrize(
    ("visibility", "seen"),
    [
        (Visibility.PUBLIC, {"author": True, "friend": True, "follower": True, "anonymous": True}),
        (Visibility.FRIENDS, {"author": True, "friend": True, "follower": False, "anonymous": False}),
        (Visibility.PRIVATE, {"author": True, "friend": False, "follower": False, "anonymous": False}),
    ],
)
async def test_who_sees_what(
    graph: Caller, make_video: MakeVideo, deliver: Deliver, visibility: Visibility, seen: dict[str, bool]
) -> None:
    author, friend, follower = new_id(), new_id(), new_id()
    video = await make_video(author, visibility=visibility)
    await _befriend(deliver, author, friend)
    await deliver(UserFollowed(follower_id=follower, followee_id=author, occurred_at=datetime.now(UTC)))
    callers = {
        "author": graph.as_user(author),
        "friend": graph.as_user(friend),
        "follower": graph.as_user(follower),
        "anonymous": graph,
    }
    for _ in range(2):  # from the database, then from the cache
        assert {name: await _sees(caller, video) for name, caller in callers.items()} == seen


async def test_an_older_follow_does_not_undo_an_unfollow(
    graph: Caller, make_video: MakeVideo, deliver: Deliver
) -> None:
    author, friend = new_id(), new_id()
    video = await make_video(author, visibility=Visibility.FRIENDS)
    now = datetime.now(UTC)
    back = UserFollowed(follower_id=author, followee_id=friend, occurred_at=now)
    follow = UserFollowed(follower_id=friend, followee_id=author, occurred_at=now)
    unfollow = UserUnfollowed(follower_id=friend, followee_id=author, occurred_at=now + timedelta(seconds=1))
    for event in (back, follow):
        await deliver(event)
    assert await _sees(graph.as_user(friend), video)
    await deliver(unfollow)
    await deliver(follow)
    assert not await _sees(graph.as_user(friend), video)


async def test_entities_are_read_at_once_then_from_the_cache(graph: Caller, make_video: MakeVideo) -> None:
    videos = [await make_video(new_id(), title=f"Clip {number}") for number in range(5)]
    asked = [{"__typename": "Video", "id": _public(video.video_id)} for video in videos]
    unknown = {"__typename": "Video", "id": _public(new_id())}
    expected = [
        {"id": _public(video.video_id), "title": f"Clip {number}"} for number, video in enumerate(videos)
    ]
    with observed_statements() as cold:
        assert (await graph.data(_ENTITIES, representations=[*asked, unknown]))["_entities"] == [
            *expected,
            None,
        ]
    with observed_statements() as warm:
        assert (await graph.data(_ENTITIES, representations=asked))["_entities"] == expected
    assert (len(cold), len(warm)) == (1, 0)


async def test_an_authors_page(graph: Caller, make_video: MakeVideo, make_processing: MakeVideo) -> None:
    author = new_id()
    public = [await make_video(author) for _ in range(3)]
    private = await make_video(author, visibility=Visibility.PRIVATE)
    unfinished = await make_processing(author)

    others = [_public(video.video_id) for video in reversed(public)]
    assert await _pages(graph, author, 2) == [others[:2], others[2:]]
    own = [_public(unfinished.video_id), _public(private.video_id), *others]
    assert await _pages(graph.as_user(author), author, 100) == [own]


async def _pages(caller: Caller, author: UUID, size: int) -> list[list[str]]:
    pages: list[list[str]] = []
    after: str | None = None
    while True:
        user = [{"__typename": "User", "id": encode_id(ids.USER, author)}]
        data = await caller.data(_PAGE, representations=user, first=size, after=after)
        page = data["_entities"][0]["videos"]
        pages.append([edge["node"]["id"] for edge in page["edges"]])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return pages


async def test_an_edit_reaches_cache_and_facts(graph: Caller, make_video: MakeVideo) -> None:
    author = new_id()
    video = await make_video(author, category="music", location="Berlin")
    assert await _sees(graph, video)
    edit = {"videoId": _public(video.video_id), "title": "New", "location": "", "visibility": "PRIVATE"}
    for _ in range(2):  # the second changes nothing
        answer = (await graph.as_user(author).data(_UPDATE, input=edit))["updateVideo"]
        assert answer == {
            "video": {
                "title": "New",
                "description": "",
                "category": "music",
                "hashtags": [],
                "location": None,
                "visibility": "PRIVATE",
                "allowComments": True,
            },
            "userErrors": [],
        }
    assert not await _sees(graph, video)
    facts = await outbox_types(graph.resources, str(video.video_id))
    assert facts == ["VideoPublished", "VideoChanged"]


async def test_a_deleted_video_is_gone_for_everyone(graph: Caller, make_video: MakeVideo) -> None:
    author = new_id()
    video = await make_video(author)
    anna, video_id = graph.as_user(author), _public(video.video_id)
    assert await _sees(graph, video)
    gone = (await anna.data(_DELETE, input={"videoId": video_id}))["deleteVideo"]
    assert gone == {"deletedVideoId": video_id, "userErrors": []}
    assert not await _sees(graph, video)
    assert not await _sees(anna, video)
    again = (await anna.data(_DELETE, input={"videoId": video_id}))["deleteVideo"]
    assert again == {"deletedVideoId": None, "userErrors": _VIDEO_NOT_FOUND}
    facts = await outbox_types(graph.resources, str(video.video_id))
    assert facts == ["VideoPublished", "VideoDeleted"]


async def test_a_delete_is_replayed_by_its_key(graph: Caller, make_video: MakeVideo) -> None:
    author = new_id()
    video = await make_video(author)
    given = {"videoId": _public(video.video_id), "idempotencyKey": "k"}
    answers = [(await graph.as_user(author).data(_DELETE, input=given))["deleteVideo"] for _ in range(2)]
    assert answers == [{"deletedVideoId": given["videoId"], "userErrors": []}] * 2


@pytest.mark.parametrize(
    ("verb", "document", "more"), [("updateVideo", _UPDATE, {"title": "Mine"}), ("deleteVideo", _DELETE, {})]
)
async def test_anothers_video_is_no_video(
    graph: Caller, make_video: MakeVideo, verb: str, document: str, more: dict[str, Any]
) -> None:
    video = await make_video(new_id())
    given = {"videoId": _public(video.video_id)} | more
    answer = (await graph.as_user(new_id()).data(document, input=given))[verb]
    assert answer["userErrors"] == _VIDEO_NOT_FOUND
    assert await _sees(graph, video)
    assert await outbox_types(graph.resources, str(video.video_id)) == ["VideoPublished"]
