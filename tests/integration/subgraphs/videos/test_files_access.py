"""Who reads a video's files at the origin, from the mutation to the byte: real graph, Valkey, store and sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from contracts import ids
from contracts.events import VideoDeleted, VideoPublished, VideoWithdrawn, Visibility
from contracts.ids import encode_id, new_id
from contracts.playback import Access, Gate, gate_key
from kit.cache import Cache, make_client
from kit.eventually import eventually
from kit.playback import Gates, TokenKeys
from kit.resources import Resources
from media.origin import open_origin
from subgraphs.videos.errors import VideoNotFoundError
from subgraphs.videos.models import MetadataEdit, Video
from subgraphs.videos.service import editing, moderating
from tests.integration.subgraphs.videos.conftest import Deliver, MakeVideo, processed
from tests.support.ports import served
from tests.support.subgraphs import Caller, outbox_types

_FILES = """
query ($id: ID!) {
  video(id: $id) { playlistUrl manifestUrl thumbnailUrls spriteUrl previewUrl addressesExpireAt playbackCookies { name } }
}
"""
_UPDATE = """
mutation ($input: UpdateVideoInput!) { updateVideo(input: $input) { video { playlistUrl } userErrors { code } } }
"""
_DELETE = "mutation ($input: DeleteVideoInput!) { deleteVideo(input: $input) { userErrors { code } } }"
_REFUSED = (403, "TOKEN_REQUIRED")


@dataclass(frozen=True)
class Origin:
    base: str
    client: aiohttp.ClientSession

    def at(self, url: str) -> str:
        """The same address at this origin."""
        return f"{self.base}/{url.split('/', 3)[3]}"

    async def answer(self, url: str) -> tuple[int, str]:
        """Status, and the content or the code of the refusal."""
        async with self.client.get(self.at(url)) as response:
            if response.status < 400:
                return response.status, await response.text()
            return response.status, (await response.json())["code"]

    async def comes_to(self, url: str, *expected: Any) -> bool:
        async def is_so() -> bool:
            return await self.answer(url) == expected

        return await eventually(is_so, within_s=10)


OpenOrigin = Callable[..., AbstractAsyncContextManager[Origin]]


@pytest.fixture
def at_origin(resources: Resources, tmp_path: Path) -> OpenOrigin:
    @asynccontextmanager
    async def opened(*, is_told: bool = True) -> AsyncIterator[Origin]:
        settings = resources.settings.model_copy(update={"data_dir": tmp_path})
        async with (
            open_origin(settings, is_told=is_told) as origin,
            served(origin) as base,
            aiohttp.ClientSession() as client,
        ):
            yield Origin(base, client)

    return opened


@pytest.fixture
def watched(make_processing: MakeVideo, deliver: Deliver, resources: Resources) -> MakeVideo:
    """A video that was just processed, with files."""

    async def make(author_id: UUID, visibility: Visibility = Visibility.PUBLIC) -> Video:
        video = await make_processing(author_id, visibility=visibility)
        done = processed(video.video_id)
        settings, put = resources.settings, resources.storage.put
        for key in (done.playlist_key, done.renditions[0].playlist_key):
            await put(settings.bucket_processed, key, b"video", content_type="application/vnd.apple.mpegurl")
        for key in (*done.thumbnail_keys, done.sprite_key or ""):
            await put(settings.bucket_thumbnails, key, b"image", content_type="image/jpeg")
        await deliver(done)
        return video

    return make


async def _files(caller: Caller, video: Video) -> Any:
    return (await caller.data(_FILES, id=encode_id(ids.VIDEO, video.video_id)))["video"]


async def _change(caller: Caller, video: Video, visibility: str) -> None:
    wanted = {"videoId": encode_id(ids.VIDEO, video.video_id), "visibility": visibility}
    answer = await caller.data(_UPDATE, input=wanted)
    assert answer["updateVideo"]["userErrors"] == []


async def test_what_is_public_is_read_by_everybody_as_soon_as_it_is_known(
    graph: Caller, watched: MakeVideo, at_origin: OpenOrigin
) -> None:
    video = await watched(new_id())
    files = await _files(graph, video)
    assert (files["addressesExpireAt"], files["playbackCookies"]) == (None, [])
    async with at_origin() as origin:
        assert await origin.answer(files["playlistUrl"]) == (200, "video")
        for url in (*files["thumbnailUrls"], files["spriteUrl"]):
            assert await origin.answer(url) == (200, "image")
            assert "~" not in url


@pytest.mark.parametrize("visibility", [Visibility.FRIENDS, Visibility.PRIVATE])
async def test_what_is_not_public_is_read_with_a_token_alone(
    graph: Caller, watched: MakeVideo, at_origin: OpenOrigin, visibility: Visibility
) -> None:
    anna = new_id()
    video, other = await watched(anna, visibility), await watched(anna, visibility)
    files, of_other = [await _files(graph.as_user(anna), each) for each in (video, other)]
    assert await _files(graph, video) is None
    token = files["playlistUrl"].split("/")[4]
    foreign = of_other["playlistUrl"].split("/")[4]
    expired = TokenKeys(graph.resources.settings.playback_key_list).sign(
        f"{video.video_id}/1", Access(visibility), 1_700_000_000
    )
    async with at_origin() as origin:
        for url in (files["playlistUrl"], files["playlistUrl"].replace("master", "360p/index")):
            assert await origin.answer(url) == (200, "video")
            assert await origin.answer(url.replace(f"{token}/", "")) == _REFUSED
            assert await origin.answer(url.replace(token, foreign)) == (403, "TOKEN_INVALID")
            assert await origin.answer(url.replace(token, f"~{expired}")) == (403, "TOKEN_EXPIRED")
            assert await origin.answer(url.replace(token, token[:-1])) == (403, "TOKEN_INVALID")
            assert await origin.answer(url.replace(token, "~guess")) == (403, "TOKEN_INVALID")
            assert await origin.answer(url.replace(token, f"{token}/{token}")) == (404, "NOT_FOUND")
        for url in (*files["thumbnailUrls"], files["spriteUrl"]):
            assert await origin.answer(url) == (200, "image")
            assert await origin.answer(url.replace(f"{token}/", "")) == _REFUSED
        async with origin.client.get(origin.at(files["spriteUrl"])) as response:
            assert response.headers["cache-control"] == "private, max-age=31536000, immutable"


async def test_nobody_learns_whether_a_video_is_private_or_not_there(
    graph: Caller, watched: MakeVideo, at_origin: OpenOrigin
) -> None:
    video = await watched(new_id(), Visibility.PRIVATE)
    async with at_origin() as origin:
        for video_id in (video.video_id, new_id()):
            assert await origin.answer(f"http://o/videos/{video_id}/1/guess.m3u8") == _REFUSED


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "the hint is lost"])
async def test_a_change_of_visibility_ends_what_was_given_out(
    graph: Caller, watched: MakeVideo, at_origin: OpenOrigin, *, is_told: bool
) -> None:
    anna = new_id()
    video = await watched(anna)
    author = graph.as_user(anna)
    async with at_origin(is_told=is_told) as origin:
        everybodys = (await _files(graph, video))["playlistUrl"]
        assert await origin.answer(everybodys) == (200, "video")
        await _change(author, video, "FRIENDS")
        assert await origin.comes_to(everybodys, *_REFUSED)
        friends = (await _files(author, video))["playlistUrl"]
        assert await origin.answer(friends) == (200, "video")
        await _change(author, video, "PRIVATE")
        assert await origin.comes_to(friends, 403, "TOKEN_INVALID")
        await _change(author, video, "PUBLIC")
        assert await origin.comes_to(everybodys, 200, "video")


@pytest.mark.parametrize(
    ("visibility", "is_told"),
    [(Visibility.PUBLIC, False), (Visibility.PRIVATE, True)],
    ids=["public, and the hint is lost", "private"],
)
async def test_a_deletion_ends_it_for_everybody(
    graph: Caller, watched: MakeVideo, at_origin: OpenOrigin, visibility: Visibility, *, is_told: bool
) -> None:
    anna = new_id()
    video = await watched(anna, visibility)
    author = graph.as_user(anna)
    async with at_origin(is_told=is_told) as origin:
        url = (await _files(author, video))["playlistUrl"]
        assert await origin.answer(url) == (200, "video")
        await author.data(_DELETE, input={"videoId": encode_id(ids.VIDEO, video.video_id)})
        assert await origin.comes_to(url, 404, "NOT_FOUND")


async def test_moderation_ends_it_for_everybody(
    graph: Caller, watched: MakeVideo, deliver: Deliver, at_origin: OpenOrigin, resources: Resources
) -> None:
    anna = new_id()
    video = await watched(anna)
    async with at_origin() as origin:
        url = (await _files(graph, video))["playlistUrl"]
        assert await origin.answer(url) == (200, "video")
        for _ in range(2):
            async with resources.database.transaction() as tx:
                taken = await moderating.withdraw_video(tx, video.video_id)
        fact = VideoWithdrawn(video_id=video.video_id, author_id=anna, revision=taken.revision)
        await deliver(fact)
        assert await origin.comes_to(url, 404, "NOT_FOUND")
    assert await _files(graph, video) is None
    assert (await _files(graph.as_user(anna), video))["playlistUrl"] is None
    assert (await outbox_types(resources, str(video.video_id)))[-1:] == ["VideoWithdrawn"]
    async with resources.database.transaction() as tx:
        with pytest.raises(VideoNotFoundError):
            await moderating.withdraw_video(tx, new_id())


async def test_a_process_that_dies_after_its_commit_leaves_a_fact_behind(
    graph: Caller, watched: MakeVideo, deliver: Deliver, at_origin: OpenOrigin, resources: Resources
) -> None:
    anna = new_id()
    video = await watched(anna)
    async with at_origin() as origin:
        url = (await _files(graph, video))["playlistUrl"]
        async with resources.database.transaction() as tx:
            changed = await editing.update_video(
                tx, anna, video.video_id, MetadataEdit(visibility=Visibility.PRIVATE)
            )
        assert await origin.answer(url) == (200, "video")
        await deliver(editing.changed_fact(changed))
        assert await origin.comes_to(url, *_REFUSED)


async def test_what_valkey_forgets_the_store_knows(
    graph: Caller, watched: MakeVideo, deliver: Deliver, at_origin: OpenOrigin, resources: Resources
) -> None:
    anna, bob = new_id(), new_id()
    open_one, deleted = await watched(anna), await watched(bob)
    urls = [(await _files(graph, each))["playlistUrl"] for each in (open_one, deleted)]
    async with resources.database.transaction() as tx:
        gone = await editing.delete_video(tx, bob, deleted.video_id)
    await deliver(_published(open_one))
    await deliver(_published(deleted))  # late and again: the row counts
    await deliver(VideoDeleted(video_id=deleted.video_id, author_id=bob, revision=gone.revision))
    for video in (open_one, deleted):
        await resources.cache.client.delete(gate_key(str(video.video_id)))
    async with at_origin() as origin:
        assert await origin.answer(urls[0]) == (200, "video")
        assert await origin.answer(urls[1]) == (404, "NOT_FOUND")
    kept = await resources.cache.client.get(gate_key(str(open_one.video_id)))
    assert kept is not None
    assert json.loads(kept)["access"] == "open"


async def test_while_valkey_is_away_the_store_answers(resources: Resources) -> None:
    bucket, video = resources.settings.bucket_processed, new_id().hex
    nowhere = Cache(make_client("redis://127.0.0.1:1/0", timeout_s=1, retries=0))
    gates, gate = Gates(nowhere, resources.storage, bucket), Gate(access=Access.FRIENDS, revision=4)
    assert await gates.find(video) is None
    await gates.store(video, gate)
    assert await gates.find(video) == gate
    await nowhere.close()


async def test_a_gate_that_nobody_can_read_is_none(resources: Resources) -> None:
    bucket, video = resources.settings.bucket_processed, new_id().hex
    gates = Gates(resources.cache, resources.storage, bucket)
    await resources.cache.client.set(gate_key(video), json.dumps({"access": "ajar", "revision": 1}), ex=60)
    assert await gates.find(video) is None
    gate = Gate(access=Access.CLOSED, revision=1)
    await gates.store(video, gate)
    assert await gates.find(video) == gate


async def test_the_newest_gate_wins_in_whatever_order_they_come(resources: Resources) -> None:
    gates = Gates(resources.cache, resources.storage, resources.settings.bucket_processed)
    video = new_id().hex
    for revision, access in ((2, Access.OPEN), (5, Access.CLOSED), (3, Access.PRIVATE)):
        await gates.put(resources.pubsub, video, Gate(access=access, revision=revision))
    assert await gates.find(video) == Gate(access=Access.CLOSED, revision=5)
    assert await gates.find(new_id().hex) is None


def _published(video: Video) -> VideoPublished:
    return VideoPublished(
        video_id=video.video_id,
        author_id=video.author_id,
        visibility=Visibility.PUBLIC,
        allow_comments=True,
        category=None,
        hashtags=(),
        published_at=video.created_at,
        revision=1,
    )
