"""The façade around the real platform: accounts, an upload, likes, comments, feeds and notifications over REST."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from clipgraph.demo import documents
from clipgraph.demo.api import Api
from clipgraph.demo.uploader import Uploader
from devstack.clips import generate_clip
from kit.config import Settings
from router.core.supergraph import load_supergraph
from router.rest import RestApi, RestRequest, RestResponse, handle, load_rest_map
from tests.support.platform import Platform, running_platform

ROOT = Path(__file__).parents[3]
PASSWORD = "a long password to sign in with"


@pytest.fixture(scope="module")
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    async with running_platform(settings, split=False) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Rest:
    """The façade as one client. Operations go through the router's own endpoint."""

    graphql: Api
    api: RestApi
    token: str | None = None

    def signed_in(self, token: str) -> Rest:
        return replace(self, token=token)

    async def execute(self, query: str, variables: dict[str, Any], headers: Mapping[str, str]) -> Any:
        body = orjson.dumps({"query": query, "variables": variables})
        sent = {**headers, "content-type": "application/json", "accept": "application/graphql-response+json"}
        async with self.graphql.session.post(self.graphql.url, data=body, headers=sent) as response:
            return orjson.loads(await response.read())

    async def ask(self, method: str, target: str, body: Any = None, **headers: str) -> RestResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            given["authorization"] = f"Bearer {self.token}"
        if body is not None:
            given["content-type"] = "application/json"
        path, _, query = f"/api/v1{target}".partition("?")
        data = orjson.dumps(body) if body is not None else b""
        return await handle(self.api, RestRequest(method, path, query, given, data), self.execute)

    async def told(self, status: int, method: str, target: str, body: Any = None, **headers: str) -> Any:
        """The JSON of an answer that has the status."""
        response = await self.ask(method, target, body, **headers)
        assert response.status == status, response.body
        return orjson.loads(response.body) if response.body else None


@pytest.fixture(scope="module")
def anyone(platform: Platform) -> Rest:
    supergraph = load_supergraph((ROOT / "supergraph.graphql").read_text())
    return Rest(platform.api, RestApi(load_rest_map(ROOT / "rest.yaml", supergraph)))


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    rest: Rest


async def sign_up(anyone: Rest, handle_: str) -> Member:
    account = {
        "email": f"{handle_}@example.com",
        "handle": handle_,
        "displayName": handle_,
        "password": PASSWORD,
    }
    opened = await anyone.told(201, "POST", "/auth/sign-up", account)
    return Member(opened["user"]["id"], anyone.signed_in(opened["tokens"]["accessToken"]))


@pytest.fixture(scope="module")
async def creator(anyone: Rest) -> Member:
    return await sign_up(anyone, "rest_creator")


@pytest.fixture(scope="module")
async def fan(anyone: Rest) -> Member:
    return await sign_up(anyone, "rest_fan")


@pytest.fixture(scope="module")
async def video_id(creator: Member, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A public, active video of the creator's, sent over REST."""
    clip = generate_clip(tmp_path_factory.mktemp("rest") / "clip.mp4", width=320, height=180, seconds=1)
    size_bytes = await asyncio.to_thread(lambda: clip.stat().st_size)
    asked = {"sizeBytes": size_bytes, "contentType": "video/mp4", "title": "Over REST", "hashtags": ["rest"]}
    created = await creator.rest.ask("POST", "/videos/upload", asked, idempotency_key='"upload-1"')
    upload = orjson.loads(created.body)
    assert (created.status, created.headers["location"]) == (201, f"/api/v1/videos/upload/{upload['id']}")
    again = await creator.rest.told(201, "POST", "/videos/upload", asked, idempotency_key='"upload-1"')
    assert again["id"] == upload["id"]
    complete = f"/videos/upload/{upload['id']}/complete"
    early = await creator.rest.told(409, "POST", complete, {})
    assert early["code"] == "UPLOAD_INCOMPLETE"
    assert creator.rest.token is not None
    watching = creator.rest.graphql.signed_in(creator.rest.token)
    await Uploader(watching).send(upload["id"], clip)
    found = str(upload["video"]["id"])
    async with watching.subscribe(documents.VIDEO_STATUS, videoId=found) as statuses:
        assert (await creator.rest.told(202, "POST", complete, {}))["id"] == found
        while (await statuses.next())["videoStatusChanged"]["status"] != "ACTIVE":
            continue
    return found


async def test_accounts(anyone: Rest) -> None:
    account = {"email": "rest@example.com", "handle": "rest", "displayName": "R", "password": PASSWORD}
    opened = await anyone.told(201, "POST", "/auth/sign-up", account, idempotency_key="sign-up-rest")
    taken = await anyone.told(409, "POST", "/auth/sign-up", account)
    assert (taken["code"], taken["errors"][0]["pointer"]) == ("EMAIL_TAKEN", "#/email")
    weak = await anyone.told(
        422, "POST", "/auth/sign-up", account | {"email": "r2@example.com", "password": "x"}
    )
    assert weak["code"] == "WEAK_PASSWORD"
    wrong = await anyone.ask("POST", "/auth/log-in", {"login": "rest", "password": "a wrong password"})
    assert (wrong.status, wrong.headers["www-authenticate"]) == (401, "Bearer")
    session = await anyone.told(200, "POST", "/auth/log-in", {"login": "rest", "password": PASSWORD})
    assert session["user"]["id"] == opened["user"]["id"]
    spent = {"refreshToken": session["tokens"]["refreshToken"]}
    tokens = (await anyone.told(200, "POST", "/auth/refresh", spent))["tokens"]
    me = anyone.signed_in(tokens["accessToken"])
    assert (await me.told(200, "GET", "/me"))["handle"] == "rest"
    assert len((await me.told(200, "GET", "/auth/sessions"))["sessions"]) == 2
    await me.told(204, "POST", "/auth/log-out", {"everywhere": True})
    ended = await anyone.told(401, "POST", "/auth/refresh", {"refreshToken": tokens["refreshToken"]})
    assert ended["code"] == "SESSION_REVOKED"


async def test_rights_are_those_of_graphql(anyone: Rest, creator: Member) -> None:
    for target in ("/me", "/feed/following", "/notifications", "/me/liked-videos"):
        refused = await anyone.told(401, "GET", target)
        assert refused["code"] == "UNAUTHENTICATED"
    forged = anyone.signed_in("forged")
    assert (await forged.told(401, "GET", "/feed/trending"))["code"] == "UNAUTHENTICATED"
    assert (await anyone.told(401, "PUT", f"/users/{creator.id}/follow"))["code"] == "UNAUTHENTICATED"


async def test_profiles_and_follows(anyone: Rest, creator: Member, fan: Member) -> None:
    changed = await creator.rest.told(200, "PATCH", "/me", {"bio": "I make things", "displayName": "Maker"})
    assert (changed["bio"], changed["displayName"]) == ("I make things", "Maker")
    taken = await creator.rest.told(409, "PATCH", "/me", {"handle": "rest_fan"})
    assert taken["errors"][0]["pointer"] == "#/handle"
    settings = await creator.rest.told(200, "PATCH", "/me/settings", {"language": "GERMAN"})
    assert settings["settings"]["language"] == "GERMAN"
    for _ in range(2):
        followed = await fan.rest.told(200, "PUT", f"/users/{creator.id}/follow")
        assert (followed["viewerIsFollowing"], followed["followerCount"]) == (True, 1)
    followers = await anyone.told(200, "GET", f"/users/{creator.id}/followers?first=1")
    assert [each["id"] for each in followers["items"]] == [fan.id]
    assert followers["pageInfo"]["hasNextPage"] is False
    found = await anyone.told(200, "GET", "/users/by-handle/REST_Creator")
    assert found["id"] == creator.id
    own = await creator.rest.told(422, "PUT", f"/users/{creator.id}/follow")
    assert own["errors"][0] == {
        "code": "CANNOT_FOLLOW_SELF",
        "detail": own["detail"],
        "parameter": "id",
    }
    gone = await fan.rest.told(200, "DELETE", f"/users/{creator.id}/follow")
    assert (gone["viewerIsFollowing"], gone["followerCount"]) == (False, 0)


async def test_videos_are_read_liked_and_commented_on(
    anyone: Rest, creator: Member, fan: Member, video_id: str
) -> None:
    first = await anyone.ask("GET", f"/videos/{video_id}")
    video = orjson.loads(first.body)
    assert (video["title"], video["hashtags"], video["status"]) == ("Over REST", ["rest"], "ACTIVE")
    assert video["author"]["id"] == creator.id
    same = await anyone.ask("GET", f"/videos/{video_id}", if_none_match=first.headers["etag"])
    assert (same.status, same.body) == (304, b"")
    for _ in range(2):
        liked = await fan.rest.told(200, "PUT", f"/videos/{video_id}/like")
        assert (liked["viewerHasLiked"], liked["likeCount"]) == (True, 1)
    changed = await anyone.ask("GET", f"/videos/{video_id}", if_none_match=first.headers["etag"])
    assert (changed.status, orjson.loads(changed.body)["likeCount"]) == (200, 1)
    assert (await fan.rest.told(200, "DELETE", f"/videos/{video_id}/like"))["likeCount"] == 0
    listed = await anyone.told(200, "GET", f"/users/{creator.id}/videos")
    assert [each["id"] for each in listed["items"]] == [video_id]
    retitled = await creator.rest.told(200, "PATCH", f"/videos/{video_id}", {"title": "Anew"})
    assert retitled["title"] == "Anew"
    assert (await fan.rest.told(404, "PATCH", f"/videos/{video_id}", {"title": "Mine"}))[
        "code"
    ] == "VIDEO_NOT_FOUND"


async def test_comments_come_in_pages(anyone: Rest, creator: Member, fan: Member, video_id: str) -> None:
    place = f"/videos/{video_id}/comments"
    written = [
        await fan.rest.told(
            201, "POST", place, {"body": f"No. {number}"}, idempotency_key=f"comment-{number}"
        )
        for number in (1, 2, 3, 3)
    ]
    assert written[2]["id"] == written[3]["id"]
    first = await anyone.ask("GET", f"{place}?first=2")
    assert [each["body"] for each in orjson.loads(first.body)["items"]] == ["No. 3", "No. 2"]
    target = first.headers["link"].partition(">")[0].removeprefix("</api/v1")
    last = await anyone.ask("GET", target)
    assert [each["body"] for each in orjson.loads(last.body)["items"]] == ["No. 1"]
    assert "link" not in last.headers
    empty = await fan.rest.told(422, "POST", place, {"body": " "})
    assert (empty["code"], empty["errors"][0]["pointer"]) == ("COMMENT_EMPTY", "#/body")
    comment = f"/comments/{written[0]['id']}"
    reply = {"body": "Thanks", "parentId": written[0]["id"]}
    await creator.rest.told(201, "POST", place, reply)
    replies = await anyone.told(200, "GET", f"{comment}/replies")
    assert [each["body"] for each in replies["items"]] == ["Thanks"]
    await fan.rest.told(204, "DELETE", comment)
    assert (await anyone.told(200, "GET", comment))["isDeleted"] is True


async def test_feeds(anyone: Rest, fan: Member, video_id: str) -> None:
    for feed in ("for-you", "trending"):
        page = await anyone.told(200, "GET", f"/feed/{feed}?first=5")
        assert set(page) == {"items", "pageInfo"}
    assert (await fan.rest.told(200, "GET", "/feed/following"))["pageInfo"]["hasNextPage"] is False
    wrong = await anyone.told(400, "GET", "/feed/trending?after=nonsense")
    assert wrong["code"] == "BAD_USER_INPUT"


async def test_notifications_are_listed_and_marked(creator: Member, fan: Member, video_id: str) -> None:
    assert creator.rest.token is not None
    listening = creator.rest.graphql.signed_in(creator.rest.token)
    async with listening.subscribe(documents.NOTIFICATIONS) as told:
        await fan.rest.told(200, "PUT", f"/videos/{video_id}/like")
        while (await told.next())["notificationReceived"]["notification"]["kind"] != "VIDEO_LIKED":
            continue
    listed = await creator.rest.told(200, "GET", "/notifications?first=50")
    ids = [each["id"] for each in listed["items"] if not each["isRead"]]
    unread = (await creator.rest.told(200, "GET", "/notifications/unread"))["count"]
    assert unread == len(ids) >= 1
    marked = await creator.rest.told(200, "POST", "/notifications/read", {"notificationIds": ids[:1]})
    assert marked == {"unreadCount": unread - 1}
    cleared = await creator.rest.told(200, "POST", "/notifications/read-all", {"upToNotificationId": ids[0]})
    assert cleared == {"unreadCount": 0}


async def test_what_is_deleted_is_not_found(anyone: Rest, creator: Member, fan: Member) -> None:
    asked = {"sizeBytes": 1000, "contentType": "video/mp4", "title": "Short-lived"}
    upload = await creator.rest.told(201, "POST", "/videos/upload", asked)
    place = f"/videos/{upload['video']['id']}"
    assert (await fan.rest.told(404, "DELETE", place))["code"] == "VIDEO_NOT_FOUND"
    await creator.rest.told(204, "DELETE", place)
    assert (await creator.rest.told(404, "GET", place))["code"] == "NOT_FOUND"
    assert (await anyone.told(404, "GET", "/videos/nonsense"))["code"] == "NOT_FOUND"
