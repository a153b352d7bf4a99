"""Object types of the social subgraph: Comment is ours; Video and User get our fields.

What we add to the entities of others is nullable, so that an outage of ours costs these fields and not the entity.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any, Literal
from uuid import UUID

import strawberry

from contracts import ids
from kit.errors import ForbiddenError
from kit.graphql.batched import batched
from kit.graphql.connections import Connection, connect, decode_cursor, encode_cursor, page_size
from kit.graphql.ids import find_id
from kit.graphql.loading import load_known
from subgraphs.social import models
from subgraphs.social.loaders import (
    EngagementLoader,
    SocialInfo,
    UserCountersLoader,
    ViewerUserStateLoader,
)
from subgraphs.social.repository import follows, reactions

First = Annotated[int | None, strawberry.argument(description="How many, 1 to 100; 20 when left out.")]
After = Annotated[str | None, strawberry.argument(description="Cursor after which to go on.")]


@strawberry.federation.type(keys=["id"], description="A person on the platform.")
class User:
    id: strawberry.ID = strawberry.field(description="TypeID, `usr_…`.")
    uuid: strawberry.Private[UUID]

    follower_count: int | None = batched(
        UserCountersLoader,
        key="uuid",
        then=attrgetter("follower_count"),
        description="How many people follow this user.",
    )
    following_count: int | None = batched(
        UserCountersLoader,
        key="uuid",
        then=attrgetter("following_count"),
        description="How many people this user follows.",
    )
    viewer_is_following: bool | None = batched(
        ViewerUserStateLoader,
        key="uuid",
        then=attrgetter("is_following"),
        description="Whether you follow this user.",
        tags=["viewer"],
    )
    is_following_viewer: bool | None = batched(
        ViewerUserStateLoader,
        key="uuid",
        then=attrgetter("is_follower"),
        description="Whether this user follows you.",
        tags=["viewer"],
    )

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
        cls, _: SocialInfo, representations: Sequence[Mapping[str, Any]]
    ) -> "list[User | None]":
        known = [(each["id"], find_id(ids.USER, each["id"])) for each in representations]
        return [None if uuid is None else cls(id=id, uuid=uuid) for id, uuid in known]


@strawberry.federation.type(keys=["id"], description="A short video.")
class Video:
    id: strawberry.ID = strawberry.field(description="TypeID, `vid_…`.")
    uuid: strawberry.Private[UUID]

    view_count: int | None = batched(
        EngagementLoader, key="uuid", then=attrgetter("view_count"), description="How often it was watched."
    )
    like_count: int | None = batched(
        EngagementLoader, key="uuid", then=attrgetter("like_count"), description="How many people like it."
    )
    comment_count: int | None = batched(
        EngagementLoader,
        key="uuid",
        then=attrgetter("comment_count"),
        description="How many comments and replies stand under it.",
    )
    share_count: int | None = batched(
        EngagementLoader,
        key="uuid",
        then=attrgetter("share_count"),
        description="How often it was passed on.",
    )
    save_count: int | None = batched(
        EngagementLoader, key="uuid", then=attrgetter("save_count"), description="How many people saved it."
    )
    viewer_has_liked: bool | None = batched(
        EngagementLoader,
        key="uuid",
        then=attrgetter("has_liked"),
        description="Whether you like it.",
        tags=["viewer"],
    )
    viewer_has_saved: bool | None = batched(
        EngagementLoader,
        key="uuid",
        then=attrgetter("has_saved"),
        description="Whether it is on your saved list.",
        tags=["viewer"],
    )

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
        cls, _: SocialInfo, representations: Sequence[Mapping[str, Any]]
    ) -> "list[Video | None]":
        known = [(each["id"], find_id(ids.VIDEO, each["id"])) for each in representations]
        return [None if uuid is None else cls(id=id, uuid=uuid) for id, uuid in known]


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
        cls, info: SocialInfo, representations: Sequence[Mapping[str, Any]]
    ) -> "list[Comment | None]":
        wanted = [find_id(ids.COMMENT, each["id"]) for each in representations]
        return [comment_or_none(row) for row in await load_known(info.context.loaders.comment_by_id, wanted)]


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
