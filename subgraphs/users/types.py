"""Object types of the users subgraph: User is ours."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from contracts import ids
from kit.graphql.fields import enum_value
from kit.graphql.ids import find_id
from kit.graphql.loading import load_known
from subgraphs.users import access, models, repository
from subgraphs.users.errors import InvalidHandleError
from subgraphs.users.loaders import UsersInfo
from subgraphs.users.service import normal_handle


@strawberry.enum(description="A language to read the platform in.")
class Language(Enum):
    ENGLISH = enum_value("en", "English.")
    GERMAN = enum_value("de", "German.")
    SPANISH = enum_value("es", "Spanish.")
    FRENCH = enum_value("fr", "French.")
    PORTUGUESE = enum_value("pt", "Portuguese.")
    JAPANESE = enum_value("ja", "Japanese.")


@strawberry.enum(description="An image format of avatars.")
class AvatarType(Enum):
    JPEG = enum_value("image/jpeg", "JPEG, `image/jpeg`.")
    PNG = enum_value("image/png", "PNG, `image/png`.")
    WEBP = enum_value("image/webp", "WebP, `image/webp`.")


@strawberry.type(description="What a person chose for themselves; nobody else sees it.")
class ProfileSettings:
    language: Language = strawberry.field(description="The language to read the platform in.")
    notify_likes: bool = strawberry.field(description="Whether to hear of likes.")
    notify_comments: bool = strawberry.field(description="Whether to hear of comments and replies.")
    notify_follows: bool = strawberry.field(description="Whether to hear of new followers.")

    @classmethod
    def of(cls, settings: models.ProfileSettings) -> "ProfileSettings":
        return cls(
            language=Language(settings.language.value),
            notify_likes=settings.notify_likes,
            notify_comments=settings.notify_comments,
            notify_follows=settings.notify_follows,
        )


@strawberry.type(description="An HTTP header to send along.")
class UploadHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value, exactly.")


@strawberry.type(description="A permission to put one image into the store.")
class AvatarUpload:
    object_key: str = strawberry.field(description="Give it to `setAvatar` once the image is there.")
    url: str = strawberry.field(description="Send the image here with HTTP PUT.")
    headers: list[UploadHeader] = strawberry.field(description="Headers that the PUT must carry, exactly.")
    expires_at: datetime = strawberry.field(description="Until when the URL is good.")

    @classmethod
    def of(cls, upload: models.AvatarUpload) -> "AvatarUpload":
        headers = [
            UploadHeader(name="Content-Type", value=upload.content_type.value),
            UploadHeader(name="Content-Length", value=str(upload.size_bytes)),
        ]
        return cls(
            object_key=upload.object_key, url=upload.url, headers=headers, expires_at=upload.expires_at
        )


@strawberry.federation.type(keys=["id", "handle"], description="A person on the platform.")
class User:
    row: strawberry.Private[models.Profile]

    @strawberry.field(description="TypeID, `usr_…`.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode_id(ids.USER, self.row.user_id))

    @strawberry.field(description="The unique name they go by, in lower case, without `@`; it may change.")
    def handle(self) -> str:
        return self.row.handle

    @strawberry.federation.field(description="The name to show.", shareable=True)  # auth provides it, too
    def display_name(self) -> str:
        return self.row.display_name

    @strawberry.field(description="A few words about themselves; may be empty.")
    def bio(self) -> str:
        return self.row.bio

    @strawberry.field(description="Where their picture is; null when they have none.")
    def avatar_url(self, info: UsersInfo) -> str | None:
        origin_url = info.context.resources.settings.origin_url.rstrip("/")
        return self.row.avatar_key and f"{origin_url}/avatars/{self.row.avatar_key}"

    @strawberry.field(description="When the profile was opened.")
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.federation.field(tags=["viewer"], description="Your own settings; null on everybody else.")
    async def settings(self, info: UsersInfo) -> ProfileSettings | None:
        if not access.may_see_settings(info.context.viewer, self.row.user_id):
            return None
        db = info.context.resources.database
        return ProfileSettings.of(await repository.find_settings(db, self.row.user_id))

    @classmethod
    def of(cls, row: models.Profile) -> "User":
        return cls(row=row)

    @classmethod
    async def load_entities(
        cls, info: UsersInfo, representations: Sequence[Mapping[str, Any]]
    ) -> "list[User | None]":
        """By id, or by handle."""
        if all("id" in each for each in representations):
            wanted = [find_id(ids.USER, each["id"]) for each in representations]
            return [user_or_none(row) for row in await load_known(info.context.loaders.profile_by_id, wanted)]
        return await asyncio.gather(
            *(
                user_by_id(info, each["id"]) if "id" in each else user_by_handle(info, each["handle"])
                for each in representations
            )
        )


async def user_by_id(info: UsersInfo, id: strawberry.ID) -> User | None:
    """None for an id that nobody has."""
    user_id = find_id(ids.USER, id)
    if user_id is None:
        return None
    return user_or_none(await info.context.loaders.profile_by_id.load(user_id))


async def user_by_handle(info: UsersInfo, handle: str) -> User | None:
    """None for a handle that nobody has, or nobody can have."""
    try:
        normal = normal_handle(handle)
    except InvalidHandleError:
        return None
    return user_or_none(await info.context.loaders.profile_by_handle.load(normal))


def user_or_none(row: models.Profile | None) -> User | None:
    return None if row is None else User.of(row)
