"""Hints to those who follow a video's status: whoever hears one re-reads the row."""

from __future__ import annotations

from uuid import UUID

from contracts import ids
from contracts.channels import video_status_channel
from kit.pubsub import PubSub


async def tell_status(pubsub: PubSub, video_id: UUID) -> None:
    """Goes after the commit."""
    hint = {"type": "VideoStatusChanged", "videoId": ids.encode_id(ids.VIDEO, video_id)}
    await pubsub.publish(video_status_channel(video_id), hint)
