"""`kill -9` of each process of a running `clipgraph up`, under load: the rest answers on, the victim comes back,
and everything that a client was told is done stays done."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from clipgraph.demo import documents
from clipgraph.demo.api import Api
from clipgraph.demo.people import Person
from devstack.clips import generate_clip
from tests.support.crowd import Crowd, new_person, pages, publish, until_active
from tests.support.up import Up, running_up, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

_BACK_DEADLINE_S = 60
_CATCH_UP_DEADLINE_S = 60

EVERYTHING = (
    "postgres",
    "valkey",
    "seaweedfs",
    "router",
    "realtime",
    "origin",
    "media",
    "relay",
    "consume",
    "schedule",
)
SERVERS = {"postgres", "valkey", "seaweedfs"}

ANSWERS_ON = {
    "postgres": {"play"},
    "valkey": {"play"},
    "seaweedfs": {"feed"},
    "router": {"play"},
    "realtime": {"feed", "play"},
    "origin": {"feed"},
    "media": {"feed", "play"},
    "relay": {"feed", "play"},
    "consume": {"feed", "play"},
    "schedule": {"feed", "play"},
}
"""What people can go on doing while the victim is away."""

STANDING = """
query Standing($id: ID!) {
  video(id: $id) {
    likeCount commentCount viewCount viewerHasLiked
    author { followerCount viewerIsFollowing }
  }
}
"""
COMMENTS = """
query Comments($id: ID!, $after: String) {
  video(id: $id) {
    comments(first: 100, after: $after) { edges { node { id body } } pageInfo { hasNextPage endCursor } }
  }
}
"""
NOTIFICATIONS = """
query Notifications($after: String) {
  notifications(first: 100, after: $after) {
    edges { node { kind actor { id } comment { id } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


@dataclass(slots=True)
class Town:
    """The instance and who lives in it."""

    up: Up
    api: Api
    crowd: Crowd
    clip: Path
    playlist_url: str
    uploads: list[tuple[Person, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One instance for all victims, so that each one's loss would also show in the books of the next."""
    folder = tmp_path_factory.mktemp("kill")
    clip = generate_clip(folder / "clip.mp4", width=180, height=320, seconds=1)
    timeout = aiohttp.ClientTimeout(total=20)
    async with running_up(folder / "data") as up, aiohttp.ClientSession(timeout=timeout) as session:
        url, socket_url = f"http://127.0.0.1:{up.router}/graphql", f"ws://127.0.0.1:{up.realtime}/graphql"
        api = Api(session, url, socket_url)
        creator = await new_person(api, "mira")
        video_id = await publish(creator, clip, "The first")
        await until_active(creator, video_id, deadline_s=60)
        video = (await api.query(documents.VIDEO, id=video_id))["video"]
        yield Town(up, api, Crowd(api, creator, video_id), clip, video["playlistUrl"])


async def test_status_tells_of_every_process(town: Town) -> None:
    state = await asyncio.to_thread(town.up.status)
    assert set(state.processes) == set(EVERYTHING)
    assert state.phase == "running"
    assert {entry["state"] for entry in state.processes.values()} == {"ready"}


@pytest.mark.parametrize("victim", EVERYTHING)
async def test_killed_under_load_nothing_acknowledged_is_lost(town: Town, victim: str) -> None:
    up, crowd = town.up, town.crowd
    before = up.identities()
    restarts = {name: entry["restarts"] for name, entry in up.state.processes.items()}
    fans = await crowd.join(2)
    async with crowd.busy(fans):
        await crowd.more_acknowledged(8)
        early, late = fans
        under_way = await publish(early, town.clip, f"Under way when {victim} dies")
        os.kill(before[victim].pid, signal.SIGKILL)
        beginning = asyncio.create_task(publish(late, town.clip, f"Begun while {victim} is away"))
        async with answering_on(town, victim):
            await until(lambda: up.is_back(victim, before[victim]), _BACK_DEADLINE_S)
        await crowd.more_acknowledged(16)
        town.uploads += [(early, under_way), (late, await beginning)]

    restarts[victim] += 1
    assert {name: entry["restarts"] for name, entry in up.state.processes.items()} == restarts
    after = up.identities()
    assert {name for name in EVERYTHING if after[name] != before[name]} == {victim}
    await everything_acknowledged_is_there(town)


async def test_no_fact_was_given_up(town: Town) -> None:
    """After all those deaths: a dead letter would be a fact that some consumer never took in."""
    assert await asyncio.to_thread(town.up.output_of, "dead-letters", "list") == ""


async def everything_acknowledged_is_there(town: Town) -> None:
    await _books_and_graph_agree(town.crowd)
    for uploader, video_id in town.uploads:
        await until_active(uploader, video_id, deadline_s=_CATCH_UP_DEADLINE_S)
    await _creator_was_told_everything(town.crowd)


async def _books_and_graph_agree(crowd: Crowd) -> None:
    books, video_id = crowd.books, crowd.video_id
    for fan in crowd.fans:
        standing = (await fan.api.query(STANDING, id=video_id))["video"]
        author = standing.pop("author")
        assert standing == {**books.counters, "viewerHasLiked": books.likes[fan.id]}
        assert author == {
            "followerCount": sum(books.follows.values()),
            "viewerIsFollowing": books.follows[fan.id],
        }
    comments = await pages(crowd.creator.api, COMMENTS, "video", "comments", id=video_id)
    assert {comment["id"]: comment["body"] for comment in comments} == books.comments
    assert len(comments) == len(books.comments)


async def _creator_was_told_everything(crowd: Crowd) -> None:
    """Every fact took the whole way: outbox, relay, bus, consumer, and each once."""
    expected = sorted(crowd.books.ever)
    found: list[tuple[str, str, str]] = []
    try:
        async with asyncio.timeout(_CATCH_UP_DEADLINE_S):
            while found != expected:
                await asyncio.sleep(0.2)
                found = await _told(crowd.creator)
    except TimeoutError:
        assert found == expected, "a fact was lost on its way"


async def _told(person: Person) -> list[tuple[str, str, str]]:
    nodes = await pages(person.api, NOTIFICATIONS, "notifications")
    return sorted(
        (node["kind"], node["actor"]["id"], (node["comment"] or {}).get("id", "")) for node in nodes
    )


@asynccontextmanager
async def answering_on(town: Town, victim: str) -> AsyncIterator[None]:
    """Asks all that doesn't depend on the victim, again and again while the block runs; each must answer."""
    probes = [*_liveness(town, victim), *_services(town, victim)]
    stop = asyncio.Event()
    asking = [asyncio.create_task(_ask(probe, stop)) for probe in probes]
    try:
        yield
    finally:
        stop.set()
        rounds = await asyncio.gather(*asking)
    assert all(rounds), "a probe never ran"


async def _ask(probe: Callable[[], Awaitable[None]], stop: asyncio.Event) -> int:
    rounds = 0
    while not (stop.is_set() and rounds):
        await probe()
        rounds += 1
        await asyncio.sleep(0.1)
    return rounds


def _liveness(town: Town, victim: str) -> Sequence[Callable[[], Awaitable[None]]]:
    """Every other process of ours says that it lives; nobody is taken along."""
    entries = town.up.state.processes

    def of(name: str) -> Callable[[], Awaitable[None]]:
        async def probe() -> None:
            async with town.api.session.get(f"{entries[name]['url']}/health/live") as response:
                assert response.status == 200, name

        return probe

    return [of(name) for name in EVERYTHING if name not in SERVERS | {victim}]


def _services(town: Town, victim: str) -> Sequence[Callable[[], Awaitable[None]]]:
    async def feed() -> None:
        found: Any = await town.api.query(documents.FOR_YOU, first=5)
        assert found["forYouFeed"]["edges"] != [], "the feed is empty"

    async def play() -> None:
        async with town.api.session.get(town.playlist_url) as response:
            assert response.status == 200
            assert (await response.text()).startswith("#EXTM3U")

    probes = {"feed": feed, "play": play}
    return [probes[name] for name in sorted(ANSWERS_ON[victim])]
