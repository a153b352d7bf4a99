"""Typed facts, one module a domain. Names are past tense; every event has an id, a version, a time and a trace.

``decode_event`` finds the class by the envelope's ``type``; a type or version that this build does not know
raises UnknownEventError, which a consumer may skip, never guess.
"""

from contracts.events.auth import UserRegistered
from contracts.events.base import (
    Envelope,
    Event,
    InvalidEventError,
    UnknownEventError,
    decode_event,
    encode_event,
)
from contracts.events.notifications import NotificationKind, NotificationTriggered
from contracts.events.social import (
    CommentAdded,
    CommentDeleted,
    UserFollowed,
    UserUnfollowed,
    VideoLiked,
    VideoSaved,
    VideoShared,
    VideoUnliked,
    VideoUnsaved,
    VideoViewed,
)
from contracts.events.users import ProfileChanged
from contracts.events.videos import (
    NearDuplicate,
    NearDuplicatesFound,
    ProcessingStage,
    Rendition,
    Resemblance,
    VideoChanged,
    VideoDeleted,
    VideoProcessed,
    VideoProcessingFailed,
    VideoProcessingProgressed,
    VideoPublished,
    VideoRenditionsCompleted,
    VideoUploaded,
    VideoWatchedWidely,
    VideoWithdrawn,
    Visibility,
)

__all__ = [
    "CommentAdded",
    "CommentDeleted",
    "Envelope",
    "Event",
    "InvalidEventError",
    "NearDuplicate",
    "NearDuplicatesFound",
    "NotificationKind",
    "NotificationTriggered",
    "ProcessingStage",
    "ProfileChanged",
    "Rendition",
    "Resemblance",
    "UnknownEventError",
    "UserFollowed",
    "UserRegistered",
    "UserUnfollowed",
    "VideoChanged",
    "VideoDeleted",
    "VideoLiked",
    "VideoProcessed",
    "VideoProcessingFailed",
    "VideoProcessingProgressed",
    "VideoPublished",
    "VideoRenditionsCompleted",
    "VideoSaved",
    "VideoShared",
    "VideoUnliked",
    "VideoUnsaved",
    "VideoUploaded",
    "VideoViewed",
    "VideoWatchedWidely",
    "VideoWithdrawn",
    "Visibility",
    "decode_event",
    "encode_event",
]
