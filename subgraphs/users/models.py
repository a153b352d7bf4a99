"""What the users domain talks about: profiles, their settings, avatars, and the product's figures for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Limits:
    """Figures of the product; lengths are in characters."""

    bio_length: int = 160
    avatar_bytes: int = 5 * 1024 * 1024
    upload_expires_s: int = 15 * 60
    cache_ttl_s: int = 10 * 60
    changes_per_hour: int = 60
    avatar_uploads_per_hour: int = 20


LIMITS = Limits()


class Language(StrEnum):
    """Languages that a person may read the platform in, as BCP 47 tags."""

    ENGLISH = "en"
    GERMAN = "de"
    SPANISH = "es"
    FRENCH = "fr"
    PORTUGUESE = "pt"
    JAPANESE = "ja"


class AvatarType(StrEnum):
    """Image formats of avatars, as media types."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """What a person chose for themselves; nobody else sees it."""

    language: Language = Language.ENGLISH
    notify_likes: bool = True
    notify_comments: bool = True
    notify_follows: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as others see them. ``avatar_key`` names an object in the avatars bucket."""

    user_id: UUID
    handle: str
    display_name: str
    bio: str
    avatar_key: str | None
    revision: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProfileEdit:
    """Changes to a profile; None keeps what is there, an empty ``bio`` clears it."""

    handle: str | None = None
    display_name: str | None = None
    bio: str | None = None


@dataclass(frozen=True, slots=True)
class SettingsEdit:
    """Changes to settings; None keeps what is there."""

    language: Language | None = None
    notify_likes: bool | None = None
    notify_comments: bool | None = None
    notify_follows: bool | None = None


@dataclass(frozen=True, slots=True)
class AvatarUpload:
    """A permission to put one image: PUT ``url`` with exactly these headers until ``expires_at``."""

    object_key: str
    url: str
    content_type: AvatarType
    size_bytes: int
    expires_at: datetime
