"""The envelope that every event travels in, and its codec."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.ids import new_id
from contracts.topics import Topic

_REGISTRY: dict[str, type[Event]] = {}


class InvalidEventError(ValueError):
    """The bytes are no envelope, or the data does not fit the event's fields."""


class UnknownEventError(InvalidEventError):
    """A type or a newer version that this build does not know."""


class Event(BaseModel):
    """A fact. Subclasses set ``topic``, ``version`` and ``key()``; fields are ids and small values."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[Topic]
    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__name__.startswith("_"):
            _REGISTRY[cls.__name__] = cls

    def key(self) -> str:
        """The entity whose order matters, as text; events of one key are delivered in order."""
        raise TypeError(f"{type(self).__name__} does not say its key")


class Envelope(BaseModel):
    """An event with what its transport needs: id, type, version, occurred_at (aware UTC), W3C traceparent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: UUID = Field(default_factory=new_id)
    type: str
    version: int
    occurred_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    traceparent: str | None = None
    data: dict[str, Any]


def encode_event(event: Event, *, traceparent: str | None = None) -> tuple[UUID, bytes]:
    """The envelope's id and its JSON bytes."""
    envelope = Envelope(
        type=type(event).__name__,
        version=event.version,
        traceparent=traceparent,
        data=event.model_dump(mode="json"),
    )
    return envelope.event_id, envelope.model_dump_json().encode()


def decode_event(payload: bytes) -> tuple[Envelope, Event]:
    """Envelope and typed event. Raises UnknownEventError and InvalidEventError."""
    try:
        envelope = Envelope.model_validate_json(payload)
    except ValidationError as error:
        raise InvalidEventError(f"not an event envelope: {error.error_count()} problems") from error
    event_type = _REGISTRY.get(envelope.type)
    if event_type is None or envelope.version > event_type.version:
        raise UnknownEventError(f"unknown event {envelope.type!r} version {envelope.version}")
    try:
        return envelope, event_type.model_validate(envelope.data)
    except ValidationError as error:
        raise InvalidEventError(
            f"{envelope.type} has invalid data: {error.error_count()} problems"
        ) from error
