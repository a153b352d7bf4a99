"""HTTP/1.1 from the router to one subgraph: POSTs over TCP, TLS and Unix sockets.

What comes is parsed by ``response_reader`` and ``decode_body`` and what goes is written by ``request_writer``, all
without I/O. ``connection`` is one socket, ``pool`` all sockets to one subgraph.
"""

from router.transports.http1.errors import Http1Error, TargetError, TooLargeError
from router.transports.http1.figures import HttpFigures
from router.transports.http1.pool import Answer, Pool
from router.transports.http1.request_writer import RequestWriter
from router.transports.http1.target import Target, parse_target

__all__ = [
    "Answer",
    "Http1Error",
    "HttpFigures",
    "Pool",
    "RequestWriter",
    "Target",
    "TargetError",
    "TooLargeError",
    "parse_target",
]
