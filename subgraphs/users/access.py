"""The gates of the users domain: profiles are for everyone, settings for their owner."""

from __future__ import annotations

from uuid import UUID

from contracts.viewer import Viewer
from subgraphs.users.errors import AvatarNotFoundError
from subgraphs.users.uploads import PendingAvatar


def may_see_settings(viewer: Viewer, user_id: UUID) -> bool:
    """Only a person themselves."""
    return viewer.user_id == user_id


def may_use_upload(upload: PendingAvatar, user_id: UUID) -> None:
    """Raises AvatarNotFoundError for another's upload, as for none."""
    if upload.user_id != user_id:
        raise AvatarNotFoundError
