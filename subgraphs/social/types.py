"""Object types of the social subgraph: Comment is ours; Video and User get our fields.

What we add to the entities of others is nullable, so that an outage of ours costs these fields and not the entity.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar, cast
from uuid import UUID

import strawberry

from contracts import ids
from kit.errors import ForbiddenError
from kit.graphql.connections import Connection, connect, decode_cursor, encode_cursor, page_size
from kit.graphql.ids import find_id
from kit.graphql.loading import Loader, load_all, load_known
from subgraphs.social import models
from subgraphs.social.loaders import SocialInfo
from subgraphs.social.repository import follows, reactions

First = Annotated[int | None, strawberry.argument(description="How many, 1 to 100; 20 when left out.")]
After = Annotated[str | None, strawberry.argument(description="Cursor after which to go on.")]
LoadedT = TypeVar("LoadedT")

_USER_COUNTS = frozenset({"followerCount", "followingCount"})
_USER_RELATIONS = frozenset({"viewerIsFollowing", "isFollowingViewer"})
_VIDEO_COUNTS = frozenset({"viewCount", "likeCount", "commentCount", "shareCount", "saveCount"})
_VIDEO_REACTIONS = frozenset({"viewerHasLiked", "viewerHasSaved"})


@strawberry.federation.type(keys=["id"], description="A person on the platform.")
class User:
    id: strawberry.ID = strawberry.field(description="TypeID, `usr_…`.")
    uuid: strawberry.Private[UUID]
    counters: strawberry.Private[models.UserCounters | None] = None
    relation: strawberry.Private[models.ViewerUserState | None] = None

    @strawberry.field(description="How many people follow this user.")
    def follower_count(self, info: SocialInfo) -> int | None:
        return self._count(info, "follower_count")

    @strawberry.field(description="How many people this user follows.")
    def following_count(self, info: SocialInfo) -> int | None:
        return self._count(info, "following_count")

    @strawberry.federation.field(tags=["viewer"], description="Whether you follow this user.")
    def viewer_is_following(self, info: SocialInfo) -> bool | None:
        return self._is(info, "is_following")

    @strawberry.federation.field(tags=["viewer"], description="Whether this user follows you.")
    def is_following_viewer(self, info: SocialInfo) -> bool | None:
        return self._is(info, "is_follower")

    @strawberry.field(description="Who follows this user, newest first.")
    async def followers(
        self, info: SocialInfo, first: First = None, after: After = None
    ) -> Connection["User"] | None:
        return await _people(info, "followers", self.uuid, first, after)

    @strawberry.field(description="Whom this user follows, newest first.")
    async def following(
        self, info: SocialInfo, first: First = None, after: After = None
    ) -> Connection["User"] | None:
        return await _people(info, "following", self.uuid, first, after)

    @strawberry.federation.field(
        tags=["viewer"], description="Videos you saved, newest first; only your own."
    )
    async def saved_videos(
        self, info: SocialInfo, first: First = None, after: After = None
    ) -> Connection["Video"] | None:
        return await _own_videos(info, models.Reaction.SAVE, self.uuid, first, after)

    @strawberry.federation.field(
        tags=["viewer"], description="Videos you liked, newest first; only your own."
    )
    async def liked_videos(
        self, info: SocialInfo, first: First = None, after: After = None
    ) -> Connection["Video"] | None:
        return await _own_videos(info, models.Reaction.LIKE, self.uuid, first, after)

    @classmethod
    def of(cls, user_id: UUID) -> "User":
        return cls(id=strawberry.ID(ids.encode_id(ids.USER, user_id)), uuid=user_id)

    @classmethod
    async def load_entities(
        cls, info: SocialInfo, representations: Sequence[Mapping[str, Any]], fields: frozenset[str]
    ) -> "list[User | None]":
        loaders = info.context.loaders
        known = [(each["id"], find_id(ids.USER, each["id"])) for each in representations]
        wanted = [user_id for _, user_id in known if user_id is not None]
        counters, relations = await asyncio.gather(
            _load_if(not _USER_COUNTS.isdisjoint(fields), loaders.user_counters, wanted),
            _load_if(not _USER_RELATIONS.isdisjoint(fields), loaders.viewer_user_state, wanted),
        )
        return [
            None
            if user_id is None
            else cls(id=id, uuid=user_id, counters=counters.get(user_id), relation=relations.get(user_id))
            for id, user_id in known
        ]

    def _count(self, info: SocialInfo, name: str) -> int | None:
        """What was loaded with the entity, else an awaitable of it."""
        if self.counters is not None:
            return cast("int", getattr(self.counters, name))
        return cast("int", _attribute(info.context.loaders.user_counters.load(self.uuid), name))

    def _is(self, info: SocialInfo, name: str) -> bool | None:
        if self.relation is not None:
            return cast("bool", getattr(self.relation, name))
        return cast("bool", _attribute(info.context.loaders.viewer_user_state.load(self.uuid), name))


@strawberry.federation.type(keys=["id"], description="A short video.")
class Video:
    id: strawberry.ID = strawberry.field(description="TypeID, `vid_…`.")
    uuid: strawberry.Private[UUID]
    counters: strawberry.Private[models.VideoCounters | None] = None
    reaction: strawberry.Private[models.ViewerVideoState | None] = None

    @strawberry.field(description="How often it was watched.")
    def view_count(self, info: SocialInfo) -> int | None:
        return self._count(info, "view_count")

    @strawberry.field(description="How many people like it.")
    def like_count(self, info: SocialInfo) -> int | None:
        return self._count(info, "like_count")

    @strawberry.field(description="How many comments and replies stand under it.")
    def comment_count(self, info: SocialInfo) -> int | None:
        return self._count(info, "comment_count")

    @strawberry.field(description="How often it was passed on.")
    def share_count(self, info: SocialInfo) -> int | None:
        return self._count(info, "share_count")

    @strawberry.field(description="How many people saved it.")
    def save_count(self, info: SocialInfo) -> int | None:
        return self._count(info, "save_count")

    @strawberry.federation.field(tags=["viewer"], description="Whether you like it.")
    def viewer_has_liked(self, info: SocialInfo) -> bool | None:
        return self._did(info, "has_liked")

    @strawberry.federation.field(tags=["viewer"], description="Whether it is on your saved list.")
    def viewer_has_saved(self, info: SocialInfo) -> bool | None:
        return self._did(info, "has_saved")

    @strawberry.field(description="Top-level comments, newest first.")
    async def comments(
        self, info: SocialInfo, first: First = None, after: After = None
    ) -> Connection["Comment"] | None:
        size = page_size(first)
        key = (self.uuid, _after_comment(after), size + 1)
        rows = await info.context.loaders.comments_of_video.load(key)
        return connect(rows, size, after=after, cursor=_comment_cursor, node=Comment.of)

    @classmethod
    def of(cls, video_id: UUID) -> "Video":
        return cls(id=strawberry.ID(ids.encode_id(ids.VIDEO, video_id)), uuid=video_id)

    @classmethod
    async def load_entities(
        cls, info: SocialInfo, representations: Sequence[Mapping[str, Any]], fields: frozenset[str]
    ) -> "list[Video | None]":
        loaders = info.context.loaders
        known = [(each["id"], find_id(ids.VIDEO, each["id"])) for each in representations]
        wanted = [video_id for _, video_id in known if video_id is not None]
        counters, reactions_of = await asyncio.gather(
            _load_if(not _VIDEO_COUNTS.isdisjoint(fields), loaders.video_counters, wanted),
            _load_if(not _VIDEO_REACTIONS.isdisjoint(fields), loaders.viewer_video_state, wanted),
        )
        return [
            None
            if video_id is None
            else cls(
                id=id, uuid=video_id, counters=counters.get(video_id), reaction=reactions_of.get(video_id)
            )
            for id, video_id in known
        ]

    def _count(self, info: SocialInfo, name: str) -> int | None:
        """What was loaded with the entity, else an awaitable of it."""
        if self.counters is not None:
            return cast("int", getattr(self.counters, name))
        return cast("int", _attribute(info.context.loaders.video_counters.load(self.uuid), name))

    def _did(self, info: SocialInfo, name: str) -> bool | None:
        if self.reaction is not None:
            return cast("bool", getattr(self.reaction, name))
        return cast("bool", _attribute(info.context.loaders.viewer_video_state.load(self.uuid), name))


@strawberry.federation.type(keys=["id"], description="A comment under a video, or a reply to one.")
class Comment:
    row: strawberry.Private[models.Comment]

    @strawberry.field(description="TypeID, `cmt_…`.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode_id(ids.COMMENT, self.row.comment_id))

    @strawberry.field(description="The text; null once deleted.")
    def body(self) -> str | None:
        return None if self.row.deleted_at else self.row.body

    @strawberry.field(description="Who wrote it; null once deleted.")
    def author(self) -> User | None:
        return None if self.row.deleted_at else User.of(self.row.author_id)

    @strawberry.field(description="The video it stands under.")
    def video(self) -> Video:
        return Video.of(self.row.video_id)

    @strawberry.field(description="When it was written.")
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field(description="Whether it was deleted; its replies stay.")
    def is_deleted(self) -> bool:
        return self.row.deleted_at is not None

    @strawberry.field(description="How many replies stand under it.")
    def reply_count(self) -> int:
        return self.row.reply_count

    @strawberry.field(description="The comment that this one answers.")
    async def parent(self, info: SocialInfo) -> "Comment | None":
        if self.row.parent_id is None:
            return None
        return comment_or_none(await info.context.loaders.comment_by_id.load(self.row.parent_id))

    @strawberry.field(description="Replies, oldest first.")
    async def replies(
        self, info: SocialInfo, first: First = None, after: After = None
    ) -> Connection["Comment"]:
        size = page_size(first)
        key = (self.row.comment_id, _after_comment(after), size + 1)
        rows = await info.context.loaders.replies_of_comment.load(key)
        return connect(rows, size, after=after, cursor=_comment_cursor, node=Comment.of)

    @classmethod
    def of(cls, row: models.Comment) -> "Comment":
        return cls(row=row)

    @classmethod
    async def load_entities(
        cls, info: SocialInfo, representations: Sequence[Mapping[str, Any]], _: frozenset[str]
    ) -> "list[Comment | None]":
        wanted = [find_id(ids.COMMENT, each["id"]) for each in representations]
        return [comment_or_none(row) for row in await load_known(info.context.loaders.comment_by_id, wanted)]


async def _load_if(
    is_wanted: bool, loader: Loader[UUID, LoadedT], keys: Sequence[UUID]
) -> dict[UUID, LoadedT]:
    """By key; nothing when nothing of it is selected."""
    return dict(zip(keys, await load_all(loader, keys), strict=True)) if is_wanted else {}


async def _attribute(loading: Awaitable[Any], name: str) -> Any:
    return getattr(await loading, name)


def comment_or_none(row: models.Comment | None) -> Comment | None:
    return None if row is None else Comment.of(row)


def _comment_cursor(row: models.Comment) -> str:
    return encode_cursor(row.comment_id.hex)


def _after_comment(after: str | None) -> UUID | None:
    position = decode_cursor(after, 1)
    return None if position is None else UUID(hex=str(position[0]))


def _relation_cursor(row: models.Relation) -> str:
    return encode_cursor(row.created_at.isoformat(), row.id.hex)


def _after_relation(after: str | None) -> tuple[datetime, UUID] | None:
    position = decode_cursor(after, 2)
    return (
        None if position is None else (datetime.fromisoformat(str(position[0])), UUID(hex=str(position[1])))
    )


async def _people(
    info: SocialInfo,
    side: Literal["followers", "following"],
    user_id: UUID,
    first: int | None,
    after: str | None,
) -> Connection[User]:
    size = page_size(first)
    db = info.context.resources.database
    rows = await follows.follow_page(db, side, user_id, size + 1, _after_relation(after))
    return connect(rows, size, after=after, cursor=_relation_cursor, node=lambda row: User.of(row.id))


async def _own_videos(
    info: SocialInfo, reaction: models.Reaction, user_id: UUID, first: int | None, after: str | None
) -> Connection[Video]:
    if info.context.signed_in().user_id != user_id:
        raise ForbiddenError("This list is for its owner only.")
    size = page_size(first)
    db = info.context.resources.database
    rows = await reactions.videos_reacted_to(db, reaction, user_id, size + 1, _after_relation(after))
    return connect(rows, size, after=after, cursor=_relation_cursor, node=lambda row: Video.of(row.id))
