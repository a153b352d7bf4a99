"""``uvicorn benchmarks.peers.monolith.app:app``: reads PEER_DSN, PEER_JWKS and PEER_ORIGIN from the environment."""

import json
import os
from datetime import datetime
from typing import Any
from uuid import UUID

import jwt
import strawberry
from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from strawberry.fastapi import GraphQLRouter

from benchmarks.peers.monolith import feed, models
from contracts.ids import decode_id, encode_id

_ORIGIN = os.environ["PEER_ORIGIN"]
_KEYS = {key.key_id: key for key in jwt.PyJWKSet.from_dict(json.loads(os.environ["PEER_JWKS"])).keys}
_engine = create_async_engine(os.environ["PEER_DSN"], pool_size=8, max_overflow=0)
_sessions = async_sessionmaker(_engine)


@strawberry.type
class User:
    row: strawberry.Private[models.Profile]
    page: strawberry.Private[feed.Page]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(encode_id("usr", self.row.user_id))

    @strawberry.field
    def handle(self) -> str:
        return self.row.handle

    @strawberry.field
    def display_name(self) -> str:
        return self.row.display_name

    @strawberry.field
    def avatar_url(self) -> str | None:
        return f"{_ORIGIN}/avatars/{self.row.avatar_key}" if self.row.avatar_key else None

    @strawberry.field
    def viewer_is_following(self) -> bool:
        return self.row.user_id in self.page.following


@strawberry.type
class Video:
    row: strawberry.Private[models.Video]
    page: strawberry.Private[feed.Page]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(encode_id("vid", self.row.video_id))

    @strawberry.field
    def title(self) -> str:
        return self.row.title

    @strawberry.field
    def playlist_url(self) -> str | None:
        return f"{_ORIGIN}/videos/{self.row.playlist_key}" if self.row.playlist_key else None

    @strawberry.field
    def thumbnail_urls(self) -> list[str]:
        return [f"{_ORIGIN}/thumbnails/{key}" for key in self.row.thumbnail_keys]

    @strawberry.field
    def duration_ms(self) -> int | None:
        return self.row.duration_ms

    @strawberry.field
    def published_at(self) -> datetime:
        return self.row.published_at

    @strawberry.field
    def author(self) -> User:
        return User(row=self.row.author, page=self.page)

    @strawberry.field
    def view_count(self) -> int:
        return self.row.counters.view_count if self.row.counters else 0

    @strawberry.field
    def like_count(self) -> int:
        return self.row.counters.like_count if self.row.counters else 0

    @strawberry.field
    def comment_count(self) -> int:
        return self.row.counters.comment_count if self.row.counters else 0

    @strawberry.field
    def share_count(self) -> int:
        return self.row.counters.share_count if self.row.counters else 0

    @strawberry.field
    def save_count(self) -> int:
        return self.row.counters.save_count if self.row.counters else 0

    @strawberry.field
    def viewer_has_liked(self) -> bool:
        return self.row.video_id in self.page.liked

    @strawberry.field
    def viewer_has_saved(self) -> bool:
        return self.row.video_id in self.page.saved


@strawberry.type
class FeedEdge:
    cursor: str
    node: Video


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class FeedConnection:
    edges: list[FeedEdge]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    async def for_you_feed(self, info: strawberry.Info[Any, None], first: int = 20) -> FeedConnection:
        async with _sessions() as session:
            page = await feed.for_you(session, info.context["viewer_id"], first)
        edges = [FeedEdge(cursor=cursor, node=Video(row=row, page=page)) for row, cursor in page.videos]
        end_cursor = edges[-1].cursor if edges else None
        return FeedConnection(
            edges=edges, page_info=PageInfo(has_next_page=page.has_next_page, end_cursor=end_cursor)
        )


def _viewer_id(request: Request) -> UUID:
    token = request.headers["authorization"].removeprefix("Bearer ")
    key = _KEYS[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key.key, algorithms=["EdDSA"], audience="clipgraph-api", issuer="clipgraph")
    return decode_id("usr", claims["sub"])


async def _context(request: Request) -> dict[str, Any]:
    return {"viewer_id": _viewer_id(request)}


app = FastAPI()
app.include_router(GraphQLRouter(strawberry.Schema(Query), context_getter=_context), prefix="/graphql")


@app.get("/health/ready")
async def ready() -> str:
    return "ready"
