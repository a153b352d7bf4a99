"""Mutation fields of the users subgraph: parse, call the verb, shape the payload."""

from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import AsyncExtensionResolver

from kit.db import Transaction
from kit.graphql.fields import enum_value, idempotency_key, no_user_errors
from kit.graphql.mutation import InTransaction, UserErrorType, once
from subgraphs.users import access, models, repository, service
from subgraphs.users.caches import profile_cache
from subgraphs.users.loaders import UsersInfo
from subgraphs.users.models import LIMITS
from subgraphs.users.types import AvatarType, AvatarUpload, Language, User
from subgraphs.users.uploads import AvatarStore, PendingAvatar

_USER = "You, as you are now."


class Limited:
    """A step before the transaction: takes a token from the viewer's bucket, or RATE_LIMITED."""

    def __init__(self, action: str, *, per_hour: int) -> None:
        self._action = action
        self._per_hour = per_hour

    async def __call__(self, info: UsersInfo, _: object) -> None:
        subject = str(info.context.signed_in().user_id)
        await info.context.resources.limiter.take(self._action, subject, limit=self._per_hour, per_s=3600)


class KeepsProfile(FieldExtension):
    """Goes after InTransaction: once committed, the changed profile is what the cache has.

    The fact of the change refreshes the cache again, should this process die in between.
    """

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: UsersInfo, **kwargs: Any
    ) -> Any:
        payload = await next_(source, info, **kwargs)
        if payload.user is not None:
            await profile_cache(info.context.resources).keep([payload.user.row])
        return payload


_CHANGES = Limited("profile", per_hour=LIMITS.changes_per_hour)
_UPLOADS = Limited("avatar", per_hour=LIMITS.avatar_uploads_per_hour)


@strawberry.enum(description="Why `updateProfile` was not done.")
class UpdateProfileErrorCode(Enum):
    INVALID_HANDLE = enum_value("INVALID_HANDLE", "The handle has the wrong length or characters.")
    HANDLE_TAKEN = enum_value("HANDLE_TAKEN", "Somebody else has the handle.")
    INVALID_DISPLAY_NAME = enum_value("INVALID_DISPLAY_NAME", "The name is empty, too long or not one line.")
    BIO_TOO_LONG = enum_value("BIO_TOO_LONG", "The bio is over 160 characters.")


@strawberry.input(description="Input of `updateProfile`; what is left out stays.")
class UpdateProfileInput:
    handle: str | None = strawberry.field(
        default=None, description="3 to 30 letters, digits, dots or underscores."
    )
    display_name: str | None = strawberry.field(default=None, description="One line, 1 to 50 characters.")
    bio: str | None = strawberry.field(default=None, description="Up to 160 characters; empty clears it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `updateProfile`.")
class UpdateProfilePayload:
    user: User | None = strawberry.field(default=None, description=_USER)
    user_errors: list[UserErrorType[UpdateProfileErrorCode]] = no_user_errors()


@strawberry.input(description="Input of `updateSettings`; what is left out stays.")
class UpdateSettingsInput:
    language: Language | None = strawberry.field(
        default=None, description="The language to read the platform in."
    )
    notify_likes: bool | None = strawberry.field(default=None, description="Whether to hear of likes.")
    notify_comments: bool | None = strawberry.field(
        default=None, description="Whether to hear of comments and replies."
    )
    notify_follows: bool | None = strawberry.field(
        default=None, description="Whether to hear of new followers."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `updateSettings`, which has nothing to mend.")
class UpdateSettingsPayload:
    user: User | None = strawberry.field(default=None, description=_USER)


@strawberry.enum(description="Why `createAvatarUpload` was not done.")
class CreateAvatarUploadErrorCode(Enum):
    AVATAR_TOO_LARGE = enum_value("AVATAR_TOO_LARGE", "The size is not 1 byte to 5 MiB.")


@strawberry.input(description="Input of `createAvatarUpload`.")
class CreateAvatarUploadInput:
    content_type: AvatarType = strawberry.field(description="What the image is.")
    size_bytes: int = strawberry.field(description="Its exact size in bytes, up to 5 MiB.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `createAvatarUpload`.")
class CreateAvatarUploadPayload:
    upload: AvatarUpload | None = strawberry.field(default=None, description="How to send the image.")
    user_errors: list[UserErrorType[CreateAvatarUploadErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `setAvatar` was not done.")
class SetAvatarErrorCode(Enum):
    AVATAR_NOT_FOUND = enum_value("AVATAR_NOT_FOUND", "There is no image of yours under this key.")
    AVATAR_TOO_LARGE = enum_value("AVATAR_TOO_LARGE", "The image is empty or over 5 MiB.")
    UNSUPPORTED_AVATAR = enum_value("UNSUPPORTED_AVATAR", "The image is not of the type that was announced.")


@strawberry.input(description="Input of `setAvatar`.")
class SetAvatarInput:
    object_key: str = strawberry.field(description="What `createAvatarUpload` gave.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `setAvatar`.")
class SetAvatarPayload:
    user: User | None = strawberry.field(default=None, description=_USER)
    user_errors: list[UserErrorType[SetAvatarErrorCode]] = no_user_errors()


async def avatar_is_published(info: UsersInfo, given: SetAvatarInput) -> None:
    """Checks and publishes the viewer's image before a transaction is held open for it."""
    upload = PendingAvatar.parse(given.object_key)
    access.may_use_upload(upload, _viewer_id(info))
    await AvatarStore(info.context.resources).publish(upload)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        extensions=[InTransaction(_CHANGES), KeepsProfile()],
        description="Changes how others see you.",
    )
    async def update_profile(self, info: UsersInfo, input: UpdateProfileInput) -> UpdateProfilePayload:
        viewer = info.context.signed_in()
        edit = models.ProfileEdit(input.handle, input.display_name, input.bio)
        await once(info, input, lambda tx: service.update_profile(tx, viewer, edit))
        return UpdateProfilePayload(user=await _own_user(info))

    @strawberry.mutation(
        extensions=[InTransaction(_CHANGES), KeepsProfile()], description="Changes your own settings."
    )
    async def update_settings(self, info: UsersInfo, input: UpdateSettingsInput) -> UpdateSettingsPayload:
        viewer = info.context.signed_in()
        edit = models.SettingsEdit(
            language=input.language and models.Language(input.language.value),
            notify_likes=input.notify_likes,
            notify_comments=input.notify_comments,
            notify_follows=input.notify_follows,
        )
        await once(info, input, lambda tx: service.update_settings(tx, viewer, edit))
        return UpdateSettingsPayload(user=await _own_user(info))

    @strawberry.mutation(
        extensions=[InTransaction(_UPLOADS)],
        description="Asks where to send an image that may become your avatar.",
    )
    async def create_avatar_upload(
        self, info: UsersInfo, input: CreateAvatarUploadInput
    ) -> CreateAvatarUploadPayload:
        viewer_id, content_type = _viewer_id(info), models.AvatarType(input.content_type.value)

        async def verb(_: Transaction) -> str:
            return service.announce_avatar(viewer_id, content_type, input.size_bytes)

        upload = PendingAvatar.parse(await once(info, input, verb))
        permission = await AvatarStore(info.context.resources).permit(upload, input.size_bytes)
        return CreateAvatarUploadPayload(upload=AvatarUpload.of(permission))

    @strawberry.mutation(
        extensions=[InTransaction(_CHANGES, avatar_is_published), KeepsProfile()],
        description="Makes an image that you have sent your avatar.",
    )
    async def set_avatar(self, info: UsersInfo, input: SetAvatarInput) -> SetAvatarPayload:
        viewer, upload = info.context.signed_in(), PendingAvatar.parse(input.object_key)
        await once(info, input, lambda tx: service.set_avatar(tx, viewer, upload))
        return SetAvatarPayload(user=await _own_user(info))


async def _own_user(info: UsersInfo) -> User:
    """The viewer as this transaction leaves them."""
    profile = await repository.find_profile(info.context.transaction, _viewer_id(info))
    assert profile is not None, "every verb here leaves one"
    return User.of(profile)


def _viewer_id(info: UsersInfo) -> UUID:
    viewer_id = info.context.signed_in().user_id
    assert viewer_id is not None, "signed_in() gives somebody"
    return viewer_id
