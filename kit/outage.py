"""Telling an outage from a fault: one is waited for, the other is counted against whoever caused it."""

from __future__ import annotations

import errno
import socket

import asyncpg
import redis.exceptions

from kit.errors import DependencyError, OverloadedError

_AWAY: tuple[type[Exception], ...] = (
    ConnectionError,
    TimeoutError,
    OverloadedError,
    socket.gaierror,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shut down, crashed, not up yet
    asyncpg.InsufficientResourcesError,  # no connection, memory or disk left
    asyncpg.InterfaceError,  # the connection was closed under us
    asyncpg.InternalClientError,  # the same, noticed by the driver in the middle of a statement
)
_ANSWERED: tuple[type[Exception], ...] = (
    asyncpg.QueryCanceledError,
    ValueError,  # among asyncpg's InterfaceErrors: an argument that does not fit its statement
)


def is_outage(error: BaseException) -> bool:
    """Whether a server did not answer, so that the same call may succeed once it is back.

    An answer that is no (`DependencyError.is_answer`) is none, nor is anything that the call itself is to blame for.
    """
    if isinstance(error, DependencyError):
        return not error.is_answer
    if type(error) is OSError:  # asyncio's, of several addresses of a host, has no number
        return error.errno in {None, errno.EHOSTUNREACH, errno.ENETUNREACH}
    return isinstance(error, _AWAY) and not isinstance(error, _ANSWERED)
