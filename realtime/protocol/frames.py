"""Frames of graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

import orjson

SUBPROTOCOL: Final = "graphql-transport-ws"


class CloseCode(IntEnum):
    """Why the server closes. 44xx are the protocol's, 10xx those of RFC 6455."""

    GOING_AWAY = 1001
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_REQUESTS = 4429
    INTERNAL_SERVER_ERROR = 4500


ACKNOWLEDGED: Final = b'{"type":"connection_ack"}'
PONG: Final = b'{"type":"pong"}'


class MalformedFrameError(Exception):
    """The text is no frame of the protocol."""


def parse_frame(text: str | bytes) -> dict[str, Any]:
    """A JSON object with a ``type``. Raises MalformedFrameError."""
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedFrameError("a message must be JSON") from error
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise MalformedFrameError("a message must be an object with a type")
    return frame


def next_frame(operation_id: str, payload: bytes) -> bytes:
    """``payload`` is an encoded response, shared by every socket that gets it."""
    return b'{"id":%b,"type":"next","payload":%b}' % (orjson.dumps(operation_id), payload)


def error_frame(operation_id: str, errors: Sequence[Mapping[str, Any]]) -> bytes:
    return orjson.dumps({"id": operation_id, "type": "error", "payload": list(errors)})


def complete_frame(operation_id: str) -> bytes:
    return orjson.dumps({"id": operation_id, "type": "complete"})
