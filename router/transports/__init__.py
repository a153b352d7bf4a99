"""Ways from the router to a subgraph."""

from router.transports.base import Transport
from router.transports.http import HttpFigures, HttpTransport
from router.transports.local import LocalTransport

__all__ = ["HttpFigures", "HttpTransport", "LocalTransport", "Transport"]
