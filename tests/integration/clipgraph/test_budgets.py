"""What operations cost the servers at most: SQL statements and round trips to Valkey, through the whole graph."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clipgraph.demo.documents import ADD_COMMENT, FOLLOW, FOLLOWING, FOR_YOU, LIKE
from contracts.ids import USER, encode_id
from devstack.testing import SessionStack
from kit.db.counting import observed_statements
from kit.eventually import eventually
from tests.support.filled import FilledGraph, filled_graph
from tests.support.round_trips import observed_round_trips

_VIDEO_PAGE = """query ($id: ID!) { video(id: $id) {
  title playlistUrl likeCount viewerHasLiked author { handle displayName viewerIsFollowing followerCount }
  comments(first: 20) { edges { node { body replyCount author { handle avatarUrl }
    replies(first: 3) { edges { node { body author { handle } } } } } } } } }"""
_PROFILE = """query ($handle: String!) { userByHandle(handle: $handle) {
  displayName bio followerCount followingCount viewerIsFollowing
  videos(first: 20) { edges { node { id title thumbnailUrls viewCount } } } } }"""
_FOLLOWERS = """query ($handle: String!) { userByHandle(handle: $handle) {
  followers(first: 20) { edges { node { handle displayName followerCount viewerIsFollowing } } } } }"""
_NOTIFICATIONS = """query { unreadNotificationCount notifications(first: 20) {
  edges { node { kind actor { handle avatarUrl } video { title } } } } }"""
_UNDO = """mutation ($like: UnlikeVideoInput!, $follow: UnfollowUserInput!) {
  unlikeVideo(input: $like) { userErrors { code } } unfollowUser(input: $follow) { userErrors { code } } }"""
_VIDEO_IDS = "query { forYouFeed(first: 60) { edges { node { id } } } }"


@dataclass(frozen=True)
class Budget:
    """Of an operation that is repeated, by somebody for whom everything was read before."""

    document: str
    statements: int
    round_trips: int
    variables: dict[str, str] = field(default_factory=dict)


BUDGETS = {
    "for you": Budget(FOR_YOU, 3, 2),
    "following": Budget(FOLLOWING, 3, 1),
    "video page": Budget(_VIDEO_PAGE, 5, 1, {"id": "video"}),
    "profile": Budget(_PROFILE, 6, 1, {"handle": "handle"}),
    "followers": Budget(_FOLLOWERS, 4, 1, {"handle": "handle"}),
    "notifications": Budget(_NOTIFICATIONS, 2, 1),
}


@pytest.fixture(scope="module")
async def graph(
    servers: SessionStack, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FilledGraph]:
    folder = tmp_path_factory.mktemp("budgets")
    async with filled_graph(servers, f"{worker_name}_budgets", folder) as opened:
        yield opened


@pytest.fixture(scope="module")
async def names(graph: FilledGraph) -> dict[str, str]:
    """What variables stand for. The video has comments and replies of others."""
    edges = (await graph.ask(0, _VIDEO_IDS))["forYouFeed"]["edges"]
    video = str(edges[0]["node"]["id"])
    for person in range(1, 13):
        given = {"videoId": video, "body": f"Comment {person}"}
        written = (await graph.ask(person, ADD_COMMENT, input=given))["addComment"]["comment"]
        for other in range(13, 15):
            reply = {"videoId": video, "body": "Reply", "parentId": written["id"]}
            await graph.ask(other, ADD_COMMENT, input=reply)
    return {"video": video, "handle": graph.people[1][1], **_liked(edges)}


def _liked(edges: list[Any]) -> dict[str, str]:
    return {f"video {number}": str(edge["node"]["id"]) for number, edge in enumerate(edges)}


@pytest.mark.parametrize("name", BUDGETS)
async def test_what_is_read_again_stays_within_its_budget(
    graph: FilledGraph, names: dict[str, str], name: str
) -> None:
    budget = BUDGETS[name]
    variables = {variable: names[value] for variable, value in budget.variables.items()}
    counts: list[tuple[int, int]] = []

    async def is_within_budget() -> bool:
        with observed_statements() as statements, observed_round_trips() as round_trips:
            await graph.ask(0, budget.document, **variables)
        counts.append((len(statements), len(round_trips)))
        return (
            counts[-1] <= (budget.statements, budget.round_trips) and len(round_trips) <= budget.round_trips
        )

    # A process keeps nothing before Valkey tells it of changes.
    assert await eventually(is_within_budget, within_s=10), counts[-3:]


async def test_a_first_page_for_you_is_six_statements(
    servers: SessionStack, worker_name: str, tmp_path: Path
) -> None:
    async with filled_graph(servers, f"{worker_name}_cold", tmp_path) as cold:
        with observed_statements() as statements:
            data = await cold.ask(0, FOR_YOU, first=20)
    assert len(data["forYouFeed"]["edges"]) == 20
    assert len(statements) <= 6


@pytest.mark.parametrize(
    ("document", "given", "most"),
    [
        pytest.param(LIKE, {"videoId": "video 1"}, (4, 3), id="like"),
        pytest.param(ADD_COMMENT, {"videoId": "video 2", "body": None}, (6, 5), id="comment"),
        pytest.param(FOLLOW, {"userId": None}, (7, 4), id="follow"),
    ],
)
async def test_a_mutation_stays_within_its_budget(
    graph: FilledGraph,
    names: dict[str, str],
    document: str,
    given: dict[str, str | None],
    most: tuple[int, int],
) -> None:
    """BEGIN and COMMIT are two more. The wake-up of the relay is one of the round trips."""
    stranger = encode_id(USER, graph.people[50][0])
    values = {"userId": stranger, "body": "Well done"}
    wanted = {name: values[name] if value is None else names[value] for name, value in given.items()}
    await graph.ask(40, _UNDO, like={"videoId": names["video 1"]}, follow={"userId": stranger})
    with observed_statements() as statements, observed_round_trips() as round_trips:
        await graph.ask(40, document, input=wanted)
    assert len(statements) <= most[0]
    assert len(round_trips) <= most[1]
