"""The verbs of the users domain. Each writes rows and facts in the caller's transaction and commits nothing."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID

from contracts import names
from contracts.events import ProfileChanged
from contracts.viewer import Viewer
from kit.db import Queryable, Transaction
from kit.errors import InternalError
from subgraphs.users import access, repository
from subgraphs.users.errors import (
    AvatarTooLargeError,
    BioTooLongError,
    InvalidDisplayNameError,
    InvalidHandleError,
)
from subgraphs.users.models import LIMITS, AvatarType, Profile, ProfileEdit, SettingsEdit
from subgraphs.users.uploads import PendingAvatar

_NOT_IN_A_HANDLE: Final = re.compile(r"[^a-z0-9_]+")
_NAMELESS: Final = "user"
_SUFFIX_DIGITS: Final = (3, 3, 4, 5, 6, 8, 10)


async def ensure_profile(
    tx: Transaction, user_id: UUID, handle: str | None, display_name: str | None
) -> Profile:
    """The user's profile, opened now if there is none, under the handle they asked for or one close to it."""
    existing = await repository.find_profile(tx, user_id)
    if existing is not None:
        return existing
    base = base_handle(handle)
    for candidate in _candidates(base):
        opened = await repository.add_profile(tx, user_id, candidate, base_display_name(display_name, base))
        if opened is not None:
            return await _announce(tx, opened)
        twin = await repository.find_profile(tx, user_id)
        if twin is not None:
            return twin
    raise InternalError(f"no handle close to {base!r} is free")


async def update_profile(tx: Transaction, viewer: Viewer, edit: ProfileEdit) -> None:
    """Changes what the edit names. Nothing new is no change: no revision, no fact."""
    wanted = {
        "handle": None if edit.handle is None else normal_handle(edit.handle),
        "display_name": None if edit.display_name is None else normal_display_name(edit.display_name),
        "bio": None if edit.bio is None else normal_bio(edit.bio),
    }
    current = await _own_profile(tx, viewer)
    await _save(tx, current, replace(current, **_given(wanted)))


def announce_avatar(user_id: UUID, content_type: AvatarType, size_bytes: int) -> str:
    """The object key of a new upload. Raises AvatarTooLargeError."""
    if not 1 <= size_bytes <= LIMITS.avatar_bytes:
        raise AvatarTooLargeError("size_bytes")
    return PendingAvatar.announce(user_id, content_type).pending_key


async def set_avatar(tx: Transaction, viewer: Viewer, upload: PendingAvatar) -> None:
    """Shows a published upload of the viewer's as their avatar."""
    current = await _own_profile(tx, viewer)
    access.may_use_upload(upload, current.user_id)
    await _save(tx, current, replace(current, avatar_key=upload.published_key))


async def update_settings(tx: Transaction, viewer: Viewer, edit: SettingsEdit) -> None:
    """Changes what the edit names."""
    current = await _own_profile(tx, viewer)
    settings = await repository.find_settings(tx, current.user_id)
    await repository.save_settings(tx, current.user_id, replace(settings, **_given(asdict(edit))))


async def is_handle_available(db: Queryable, handle: str, viewer_id: UUID | None) -> bool:
    """Whether this viewer could take it; their own they have. False for what is no handle."""
    try:
        normal = normal_handle(handle)
    except InvalidHandleError:
        return False
    return (await repository.owners_of_handles(db, [normal])).get(normal, viewer_id) == viewer_id


# --- rules


def normal_handle(text: str) -> str:
    """As `contracts.names` has it. Raises InvalidHandleError."""
    handle = names.normal_handle(text)
    if handle is None:
        raise InvalidHandleError
    return handle


def normal_display_name(text: str) -> str:
    """As `contracts.names` has it. Raises InvalidDisplayNameError."""
    name = names.normal_display_name(text)
    if name is None:
        raise InvalidDisplayNameError
    return name


def normal_bio(text: str) -> str:
    """Composed, trimmed, without what can't be seen; line breaks stay. Raises BioTooLongError."""
    composed = unicodedata.normalize("NFC", text)
    bio = "".join(each for each in composed if each == "\n" or names.is_visible(each)).strip()
    if len(bio) > LIMITS.bio_length:
        raise BioTooLongError
    return bio


def base_handle(asked_for: str | None) -> str:
    """A valid handle close to what was asked for at registration, possibly elsewhere under other rules."""
    try:
        return normal_handle(asked_for or "")
    except InvalidHandleError:
        kept = _NOT_IN_A_HANDLE.sub("_", (asked_for or "").lower()).strip("_")
        longest = names.HANDLE_MAX_LENGTH - max(_SUFFIX_DIGITS)
        return kept[:longest] if len(kept) >= names.HANDLE_MIN_LENGTH else _NAMELESS


def base_display_name(asked_for: str | None, handle: str) -> str:
    """The name asked for at registration if it is one, else the handle."""
    try:
        return normal_display_name(asked_for or "")
    except InvalidDisplayNameError:
        return handle


def _candidates(base: str) -> Iterator[str]:
    """The handle itself, then with ever longer random numbers behind it."""
    yield base
    for digits in _SUFFIX_DIGITS:
        number = secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)
        yield f"{base[: names.HANDLE_MAX_LENGTH - digits].rstrip('.')}{number}"


# --- parts


async def _own_profile(tx: Transaction, viewer: Viewer) -> Profile:
    """The viewer's profile, locked; opened from their claims when the registration has not arrived yet."""
    assert viewer.user_id is not None, "the edge lets only signed-in viewers through"
    profile = await repository.lock_profile(tx, viewer.user_id)
    if profile is None:
        await ensure_profile(tx, viewer.user_id, viewer.handle, viewer.name)
        profile = await repository.lock_profile(tx, viewer.user_id)
    assert profile is not None, "ensure_profile leaves one"
    return profile


async def _save(tx: Transaction, current: Profile, wanted: Profile) -> None:
    if wanted != current:
        await _announce(tx, await repository.save_profile(tx, wanted))


async def _announce(tx: Transaction, profile: Profile) -> Profile:
    await tx.emit(ProfileChanged(user_id=profile.user_id, handle=profile.handle, revision=profile.revision))
    return profile


def _given(changes: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if value is not None}
