"""Rows and figures of the social domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.events import Visibility


@dataclass(frozen=True, slots=True)
class SocialLimits:
    """The product's figures (domain-facts: Access and limits). Lengths in characters."""

    likes_per_hour: int = 500
    comments_per_minute: int = 20
    follows_per_hour: int = 500
    shares_per_hour: int = 500
    views_per_minute: int = 120
    comment_length: int = 1000
    share_channel_length: int = 32


LIMITS = SocialLimits()


@dataclass(frozen=True, slots=True)
class KnownVideo:
    """What social knows of a video, from the videos domain's facts."""

    video_id: UUID
    author_id: UUID
    visibility: Visibility
    allow_comments: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class VideoCounters:
    """``revision`` grows by one with every change of any of the counts."""

    view_count: int = 0
    like_count: int = 0
    comment_count: int = 0
    share_count: int = 0
    save_count: int = 0
    revision: int = 0


class Engagement(NamedTuple):
    """A video's counts, and what the viewer did."""

    view_count: int
    like_count: int
    comment_count: int
    share_count: int
    save_count: int
    has_liked: bool
    has_saved: bool


@dataclass(frozen=True, slots=True)
class UserCounters:
    follower_count: int = 0
    following_count: int = 0


@dataclass(frozen=True, slots=True)
class ViewerUserState:
    """``is_following``: the viewer follows the user; ``is_follower``: the user follows the viewer."""

    is_following: bool = False
    is_follower: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    comment_id: UUID
    video_id: UUID
    author_id: UUID
    parent_id: UUID | None
    body: str
    reply_count: int
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Relation:
    """One entry of a list of users or videos: who or what, and since when."""

    id: UUID
    created_at: datetime


class Reaction(StrEnum):
    """Reactions that a person has at most one of for a video."""

    LIKE = "like"
    SAVE = "save"
