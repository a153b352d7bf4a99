"""``uvicorn benchmarks.peers.monolith.app:app``: reads PEER_DSN, PEER_VALKEY, PEER_JWKS and PEER_ORIGIN from the
environment, and PEER_CACHES: ``1`` for Strawberry's caches of parsed and validated documents.
"""

import json
import os
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import jwt
import strawberry
from fastapi import FastAPI, HTTPException, Request
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.fastapi import GraphQLRouter

from benchmarks.peers.monolith import feed, likes, models
from benchmarks.peers.monolith.loaders import Viewer
from benchmarks.peers.monolith.types import (
    FeedConnection,
    FeedEdge,
    Info,
    LikeVideoErrorCode,
    LikeVideoInput,
    LikeVideoPayload,
    LikeVideoUserError,
    PageInfo,
    UnlikeVideoInput,
    present_video,
)
from contracts.ids import decode_id

_ORIGIN = os.environ["PEER_ORIGIN"]
_KEYS = {key.key_id: key for key in jwt.PyJWKSet.from_dict(json.loads(os.environ["PEER_JWKS"])).keys}
_POOL = 32
"""As many connections as the platform's four domains have together that the two operations use."""
_engine = create_async_engine(os.environ["PEER_DSN"], pool_size=_POOL, max_overflow=0)
_sessions = async_sessionmaker(_engine, expire_on_commit=False)
_valkey = Redis.from_url(os.environ["PEER_VALKEY"])


@strawberry.type
class Query:
    @strawberry.field
    async def for_you_feed(self, info: Info, first: int = 20) -> FeedConnection:
        viewer_id = info.context["viewer"].viewer_id
        async with _sessions() as session:
            page, has_next_page = await feed.for_you(session, _valkey, viewer_id, first)
        edges = [FeedEdge(cursor=cursor, node=present_video(row, _ORIGIN)) for row, cursor in page]
        end_cursor = edges[-1].cursor if edges else None
        return FeedConnection(
            edges=edges, page_info=PageInfo(has_next_page=has_next_page, end_cursor=end_cursor)
        )


_Change = Callable[[AsyncSession, UUID, UUID], Awaitable[models.Video | None]]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def like_video(self, info: Info, input: LikeVideoInput) -> LikeVideoPayload:
        return await _change(info, likes.like, input.video_id)

    @strawberry.mutation
    async def unlike_video(self, info: Info, input: UnlikeVideoInput) -> LikeVideoPayload:
        return await _change(info, likes.unlike, input.video_id)


async def _change(info: Info, verb: _Change, video_id: str) -> LikeVideoPayload:
    async with _sessions.begin() as session:
        row = await verb(session, info.context["viewer"].viewer_id, decode_id("vid", video_id))
    if row is None:
        error = LikeVideoUserError(
            code=LikeVideoErrorCode.VIDEO_NOT_FOUND, message="There is no such video.", field=["videoId"]
        )
        return LikeVideoPayload(video=None, user_errors=[error])
    return LikeVideoPayload(video=present_video(row, _ORIGIN), user_errors=[])


def _viewer_id(request: Request) -> UUID:
    try:
        token = request.headers["authorization"].removeprefix("Bearer ")
        key = _KEYS[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(
            token, key.key, algorithms=["EdDSA"], audience="clipgraph-api", issuer="clipgraph"
        )
    except (KeyError, jwt.InvalidTokenError) as error:
        raise HTTPException(401) from error
    return decode_id("usr", claims["sub"])


async def _context(request: Request) -> dict[str, Any]:
    return {"viewer": Viewer(_sessions, _viewer_id(request))}


_caches: list[type[SchemaExtension]] = [ParserCache, ValidationCache]
_schema = strawberry.Schema(
    Query, Mutation, extensions=_caches if os.environ.get("PEER_CACHES") == "1" else []
)
app = FastAPI()
app.include_router(GraphQLRouter(_schema, context_getter=_context), prefix="/graphql")


@app.get("/health/ready")
async def ready() -> str:
    return "ready"
