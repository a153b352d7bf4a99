"""graphql-transport-ws without a socket: text in, frames and actions out."""

from realtime.protocol.connection import (
    Action,
    Authenticate,
    Close,
    Connection,
    Operation,
    Send,
    Start,
    Stop,
)
from realtime.protocol.frames import SUBPROTOCOL, CloseCode, next_frame

__all__ = [
    "SUBPROTOCOL",
    "Action",
    "Authenticate",
    "Close",
    "CloseCode",
    "Connection",
    "Operation",
    "Send",
    "Start",
    "Stop",
    "next_frame",
]
