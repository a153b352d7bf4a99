"""The event topics of the platform (domain-facts: Events). The key is the entity whose order matters."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """Six streams of facts; retention, partitions and replication are configuration."""

    VIDEO_UPLOADED = "video.uploaded"
    VIDEO_PROCESSED = "video.processed"
    USER_INTERACTION = "user.interaction"
    FEED_UPDATE = "feed.update"
    NOTIFICATION_TRIGGER = "notification.trigger"
    ANALYTICS_EVENT = "analytics.event"
