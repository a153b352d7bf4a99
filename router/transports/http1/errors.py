"""What can go wrong between the router and a subgraph. Messages are for logs and quote nothing that came.

Http1Error
├── ConnectError             nobody there, or not who it should be
├── HeaderError              a header that can't be written
├── ClosedError              the connection ended before the answer did
│   └── UnansweredError      … before the answer's first byte, on a connection that had carried others
├── ProtocolError            what came is no HTTP/1.1, or no answer to this request
├── TooLargeError            a head or a body beyond its limit
├── EncodingError            a content-encoding that nobody asked for, or a broken one
└── PoolClosedError          closed while the request waited for a connection
TargetError (ValueError)     a URL that no request can be sent to
TimeoutError                 Python's own
"""

from __future__ import annotations


class Http1Error(Exception):
    """An exchange that brought no answer."""


class ConnectError(Http1Error):
    pass


class HeaderError(Http1Error):
    pass


class ClosedError(Http1Error):
    pass


class UnansweredError(ClosedError):
    pass


class ProtocolError(Http1Error):
    pass


class TooLargeError(Http1Error):
    pass


class EncodingError(Http1Error):
    pass


class PoolClosedError(Http1Error):
    pass


class TargetError(ValueError):
    """The message names the URL."""
