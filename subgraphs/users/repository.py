"""SQL on profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from kit.db import Queryable, Row, Statement
from subgraphs.users.errors import HandleTakenError
from subgraphs.users.models import Language, Profile, ProfileSettings
from subgraphs.users.tables import profiles

_PROFILE = [column for column in profiles.c if column.name not in {"settings", "updated_at"}]

_FIND_PROFILES = Statement(
    select(*_PROFILE).where(profiles.c.user_id == func.any(bindparam("user_ids", type_=ARRAY(Uuid))))
)
_LOCK_PROFILE = Statement(
    select(*_PROFILE).where(profiles.c.user_id == bindparam("of_user")).with_for_update()
)
_OWNERS_OF_HANDLES = Statement(
    select(profiles.c.handle, profiles.c.user_id).where(
        profiles.c.handle == func.any(bindparam("handles", type_=ARRAY(Text)))
    )
)
_ADD_PROFILE = Statement(
    insert(profiles)
    .values({name: bindparam(name) for name in ("user_id", "handle", "display_name")})
    .on_conflict_do_nothing()
    .returning(*_PROFILE)
)
_SAVE_PROFILE = Statement(
    profiles.update()
    .where(profiles.c.user_id == bindparam("of_user"))
    .values(
        {name: bindparam(name) for name in ("handle", "display_name", "bio", "avatar_key")}
        | {"revision": profiles.c.revision + 1, "updated_at": func.now()}
    )
    .returning(*_PROFILE)
)
_FIND_SETTINGS = Statement(select(profiles.c.settings).where(profiles.c.user_id == bindparam("of_user")))
_SAVE_SETTINGS = Statement(
    profiles.update()
    .where(profiles.c.user_id == bindparam("of_user"))
    .values(settings=bindparam("settings"), updated_at=func.now())
)


async def find_profiles(db: Queryable, user_ids: Sequence[UUID]) -> Mapping[UUID, Profile]:
    """Profiles by user; whoever has none is missing."""
    rows = await db.fetch(_FIND_PROFILES, user_ids=user_ids)
    return {row["user_id"]: _profile(row) for row in rows}


async def find_profile(db: Queryable, user_id: UUID) -> Profile | None:
    return (await find_profiles(db, [user_id])).get(user_id)


async def lock_profile(db: Queryable, user_id: UUID) -> Profile | None:
    """The profile as it will stay until the caller's transaction ends."""
    row = await db.fetch_one(_LOCK_PROFILE, of_user=user_id)
    return None if row is None else _profile(row)


async def owners_of_handles(db: Queryable, handles: Sequence[str]) -> Mapping[str, UUID]:
    """Who has which of these handles (lower case); a free one is missing."""
    rows = await db.fetch(_OWNERS_OF_HANDLES, handles=handles)
    return {row["handle"]: row["user_id"] for row in rows}


async def add_profile(db: Queryable, user_id: UUID, handle: str, display_name: str) -> Profile | None:
    """A first profile; None when the user has one already or the handle is somebody's."""
    row = await db.fetch_one(_ADD_PROFILE, user_id=user_id, handle=handle, display_name=display_name)
    return None if row is None else _profile(row)


async def save_profile(db: Queryable, profile: Profile) -> Profile:
    """Writes what others see as the next revision. Raises HandleTakenError; the caller holds the lock."""
    try:
        row = await db.fetch_one(
            _SAVE_PROFILE,
            of_user=profile.user_id,
            handle=profile.handle,
            display_name=profile.display_name,
            bio=profile.bio,
            avatar_key=profile.avatar_key,
        )
    except UniqueViolationError:
        raise HandleTakenError from None
    assert row is not None, "a locked profile does not go away"
    return _profile(row)


async def find_settings(db: Queryable, user_id: UUID) -> ProfileSettings:
    """What the person chose; the defaults when they have no profile."""
    return _settings(await db.fetch_value(_FIND_SETTINGS, of_user=user_id) or {})


async def save_settings(db: Queryable, user_id: UUID, settings: ProfileSettings) -> None:
    """Writes settings alone: nobody else sees them, so the revision stays."""
    await db.execute(_SAVE_SETTINGS, of_user=user_id, settings=asdict(settings))


def _profile(row: Row) -> Profile:
    return Profile(**dict(row))


def _settings(stored: Mapping[str, Any]) -> ProfileSettings:
    """A row that is older than a setting has its default."""
    language = Language(stored.get("language", Language.ENGLISH))
    return ProfileSettings(**{**stored, "language": language})
