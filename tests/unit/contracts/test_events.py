"""The envelope: what is written is read, what is unknown or broken is named."""

from __future__ import annotations

import json

import pytest

from contracts.events import (
    InvalidEventError,
    NotificationKind,
    NotificationTriggered,
    UnknownEventError,
    VideoDeleted,
    decode_event,
    encode_event,
)
from contracts.events.base import _REGISTRY
from contracts.ids import new_id
from contracts.topics import Topic

DELETED = VideoDeleted(video_id=new_id(), author_id=new_id(), revision=3)


def test_an_event_survives_its_envelope() -> None:
    event_id, payload = encode_event(DELETED, traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    envelope, event = decode_event(payload)
    assert event == DELETED
    assert (envelope.event_id, envelope.type, envelope.version) == (event_id, "VideoDeleted", 1)
    assert envelope.occurred_at.utcoffset() is not None
    assert envelope.traceparent == "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


def test_a_newer_version_and_an_unknown_type_are_unknown() -> None:
    content = json.loads(encode_event(DELETED)[1])
    for change in ({"version": 2}, {"type": "VideoAteItself"}):
        with pytest.raises(UnknownEventError):
            decode_event(json.dumps(content | change).encode())


@pytest.mark.parametrize(
    "payload", [b"", b"\xff", b"[]", b"{}", b'{"type":"VideoDeleted","version":1,"data":{}}']
)
def test_broken_bytes_are_invalid(payload: bytes) -> None:
    with pytest.raises(InvalidEventError):
        decode_event(payload)


def test_every_topic_of_the_platform_carries_events() -> None:
    assert {event.topic for event in _REGISTRY.values()} == set(Topic)


def test_the_key_is_the_entity_whose_order_matters() -> None:
    recipient = new_id()
    event = NotificationTriggered(
        recipient_id=recipient, kind=NotificationKind.USER_FOLLOWED, dedupe_key="follow:x"
    )
    assert event.key() == str(recipient)
    assert DELETED.key() == str(DELETED.video_id)
