"""Avatar images in object storage: announced, put by the client, checked, then published.

A presigned URL stays good for minutes, so what it names may still change after a check. The checked bytes are
therefore copied to a name that no client can write; that object never changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.ids import new_id
from kit.resources import Resources
from kit.storage import ObjectNotFoundError
from subgraphs.users.errors import AvatarNotFoundError, AvatarTooLargeError, UnsupportedAvatarError
from subgraphs.users.models import LIMITS, AvatarType, AvatarUpload

_ENDINGS: Final = {AvatarType.JPEG: "jpg", AvatarType.PNG: "png", AvatarType.WEBP: "webp"}
_TYPES: Final = {ending: media_type for media_type, ending in _ENDINGS.items()}
_PENDING: Final = re.compile(r"pending/([0-9a-f]{32})/([0-9a-f]{32})\.(jpg|png|webp)")
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class PendingAvatar:
    """An upload as its object key spells it: whose, which, and of what type."""

    user_id: UUID
    upload_id: UUID
    content_type: AvatarType

    @classmethod
    def announce(cls, user_id: UUID, content_type: AvatarType) -> PendingAvatar:
        return cls(user_id, new_id(), content_type)

    @classmethod
    def parse(cls, object_key: str) -> PendingAvatar:
        """Raises AvatarNotFoundError for what is no key of ours."""
        match = _PENDING.fullmatch(object_key)
        if match is None:
            raise AvatarNotFoundError
        owner, upload, ending = match.groups()
        return cls(UUID(hex=owner), UUID(hex=upload), _TYPES[ending])

    @property
    def published_key(self) -> str:
        return f"{self.user_id.hex}/{self.upload_id.hex}.{_ENDINGS[self.content_type]}"

    @property
    def pending_key(self) -> str:
        return f"pending/{self.published_key}"


class AvatarStore:
    """The avatars bucket."""

    def __init__(self, resources: Resources) -> None:
        self._storage = resources.storage
        self._bucket = resources.settings.bucket_avatars

    async def permit(self, upload: PendingAvatar, size_bytes: int) -> AvatarUpload:
        """A presigned PUT of exactly ``size_bytes`` bytes of the announced type."""
        expires_at = datetime.now(UTC) + timedelta(seconds=LIMITS.upload_expires_s)
        signed = await self._storage.presign_put(
            self._bucket,
            upload.pending_key,
            content_type=upload.content_type,
            size_bytes=size_bytes,
            expires_s=LIMITS.upload_expires_s,
        )
        return AvatarUpload(upload.pending_key, signed.url, upload.content_type, size_bytes, expires_at)

    async def publish(self, upload: PendingAvatar) -> None:
        """Puts a checked copy where everybody reads it; doing it again changes nothing.

        Raises AvatarNotFoundError, AvatarTooLargeError and UnsupportedAvatarError.
        """
        if await self._size_of(upload.published_key) is not None:
            return
        size_bytes = await self._size_of(upload.pending_key)
        if size_bytes is None:
            raise AvatarNotFoundError
        if not 1 <= size_bytes <= LIMITS.avatar_bytes:
            raise AvatarTooLargeError("object_key")
        body = await self._storage.get(self._bucket, upload.pending_key)
        if detect_image(body) is not upload.content_type:
            raise UnsupportedAvatarError
        await self._storage.put(
            self._bucket,
            upload.published_key,
            body,
            content_type=upload.content_type,
            cache_control=_FOREVER,
        )

    async def _size_of(self, key: str) -> int | None:
        try:
            return (await self._storage.head(self._bucket, key)).size_bytes
        except ObjectNotFoundError:
            return None


def detect_image(body: bytes) -> AvatarType | None:
    """The format that the first bytes give away, whatever the upload called itself."""
    if body.startswith(b"\xff\xd8\xff"):
        return AvatarType.JPEG
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return AvatarType.PNG
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return AvatarType.WEBP
    return None
