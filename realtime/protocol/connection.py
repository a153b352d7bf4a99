"""The state of one connection. Whoever owns the socket carries the actions out, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias

from realtime.protocol.frames import (
    ACKNOWLEDGED,
    PONG,
    CloseCode,
    MalformedFrameError,
    complete_frame,
    error_frame,
    parse_frame,
)
from router.pipeline.messages import GraphQLRequest, RefusedError
from router.pipeline.read_request import from_parameters


@dataclass(frozen=True, slots=True)
class Send:
    """Send this text frame."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket; nothing follows."""

    code: CloseCode
    reason: str


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Check ``connection_init``'s payload, then call ``accept`` or ``refuse``."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client wants run, under an id of its choice."""

    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Start:
    """Run an operation; report with ``fail`` or ``complete``, and ask ``is_running`` before sending ``next``."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Stop:
    """The client wants no more of this operation."""

    operation_id: str


Action: TypeAlias = Send | Close | Authenticate | Start | Stop


class _State(Enum):
    WAITING = auto()
    AUTHENTICATING = auto()
    READY = auto()
    CLOSED = auto()


class Connection:
    """Feed it what the client sends. ``max_operations`` run at once."""

    def __init__(self, max_operations: int = 50) -> None:
        self._max_operations = max_operations
        self._state = _State.WAITING
        self._running: set[str] = set()
        self._handlers: Mapping[str, Callable[[Mapping[str, Any]], list[Action]]] = {
            "connection_init": self._init,
            "ping": lambda _: [Send(PONG)],
            "pong": lambda _: [],
            "subscribe": self._subscribe,
            "complete": self._complete,
        }

    @property
    def is_initialised(self) -> bool:
        """Whether ``connection_init`` has come."""
        return self._state is not _State.WAITING

    def is_running(self, operation_id: str) -> bool:
        """Whether the client still wants to hear of this operation."""
        return operation_id in self._running

    def receive(self, text: str | bytes) -> list[Action]:
        """One message of the client."""
        if self._state is _State.CLOSED:
            return []
        try:
            frame = parse_frame(text)
        except MalformedFrameError as error:
            return self._close(CloseCode.BAD_REQUEST, str(error))
        handle = self._handlers.get(frame["type"])
        if handle is None:
            return self._close(CloseCode.BAD_REQUEST, "a message of this type is not for the server")
        return handle(frame)

    def accept(self) -> list[Action]:
        """The client may go on."""
        if self._state is not _State.AUTHENTICATING:
            return []
        self._state = _State.READY
        return [Send(ACKNOWLEDGED)]

    def refuse(self, reason: str) -> list[Action]:
        """The client is not whom it says it is, or no longer."""
        return self._close(CloseCode.FORBIDDEN, reason)

    def time_out(self) -> list[Action]:
        """``connection_init`` did not come in time."""
        if self._state is not _State.WAITING:
            return []
        return self._close(CloseCode.INITIALISATION_TIMEOUT, "Connection initialisation timeout")

    def fail(self, operation_id: str, errors: Sequence[Mapping[str, Any]]) -> list[Action]:
        """The operation can't run; it is over."""
        if operation_id not in self._running:
            return []
        self._running.discard(operation_id)
        return [Send(error_frame(operation_id, errors))]

    def complete(self, operation_id: str) -> list[Action]:
        """The operation has nothing more to say."""
        if operation_id not in self._running:
            return []
        self._running.discard(operation_id)
        return [Send(complete_frame(operation_id))]

    def _init(self, frame: Mapping[str, Any]) -> list[Action]:
        if self._state is not _State.WAITING:
            return self._close(CloseCode.TOO_MANY_REQUESTS, "Too many initialisation requests")
        payload = frame.get("payload")
        if payload is not None and not isinstance(payload, dict):
            return self._close(CloseCode.BAD_REQUEST, "the payload of connection_init must be an object")
        self._state = _State.AUTHENTICATING
        return [Authenticate(payload or {})]

    def _subscribe(self, frame: Mapping[str, Any]) -> list[Action]:
        if self._state is not _State.READY:
            return self._close(CloseCode.UNAUTHORIZED, "Unauthorized")
        operation = _read_operation(frame)
        if operation is None:
            return self._close(CloseCode.BAD_REQUEST, "subscribe needs an id and a payload with a query")
        if operation.id in self._running:
            return self._close(
                CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {operation.id[:64]} already exists"
            )
        if len(self._running) >= self._max_operations:
            message = f"A connection runs {self._max_operations} operations at once."
            error = {"message": message, "extensions": {"code": "TOO_MANY_OPERATIONS"}}
            return [Send(error_frame(operation.id, [error]))]
        self._running.add(operation.id)
        return [Start(operation)]

    def _complete(self, frame: Mapping[str, Any]) -> list[Action]:
        operation_id = frame.get("id")
        if not isinstance(operation_id, str):
            return self._close(CloseCode.BAD_REQUEST, "complete needs an id")
        if operation_id not in self._running:
            return []
        self._running.discard(operation_id)
        return [Stop(operation_id)]

    def _close(self, code: CloseCode, reason: str) -> list[Action]:
        if self._state is _State.CLOSED:
            return []
        self._state = _State.CLOSED
        self._running.clear()
        return [Close(code, reason)]


def _read_operation(frame: Mapping[str, Any]) -> Operation | None:
    operation_id, payload = frame.get("id"), frame.get("payload")
    if not isinstance(operation_id, str) or not operation_id or not isinstance(payload, dict):
        return None
    try:
        return Operation(operation_id, from_parameters(payload, may_write=True))
    except RefusedError:
        return None
