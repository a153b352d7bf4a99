"""A fault is counted, an outage is waited for."""

from __future__ import annotations

import errno
import socket

import asyncpg
import pytest
import redis.exceptions

from kit.bus.base import BusError
from kit.bus.retrying import RetryPolicy, Tries
from kit.outage import is_outage
from kit.storage import InvalidPartsError, ObjectNotFoundError, StorageError

POLICY = RetryPolicy(
    attempts=3, first_pause_s=1.0, longest_pause_s=8.0, longest_outage_pause_s=2.0, patience_s=60.0
)
AWAY = ConnectionRefusedError()
FAULT = KeyError("no such thing")


def test_a_fault_is_given_up_after_its_attempts() -> None:
    tries = Tries(POLICY, 1)
    pauses = [tries.after(FAULT, 0.0) for _ in range(3)]
    assert pauses[2] is None
    assert 0.5 <= (pauses[0] or 0) <= 1.0
    assert 1.0 <= (pauses[1] or 0) <= 2.0


def test_attempts_of_consumers_before_count() -> None:
    assert Tries(POLICY, 3).after(FAULT, 0.0) is None


def test_an_outage_costs_no_attempt_and_its_pauses_stay_short() -> None:
    tries = Tries(POLICY, 1)
    pauses = [tries.after(AWAY, second) for second in range(60)]
    assert all(pause is not None and pause <= 2.0 for pause in pauses)
    assert tries.attempt == 1
    assert tries.after(FAULT, 60.0) is not None
    assert tries.after(FAULT, 60.0) is not None
    assert tries.after(FAULT, 60.0) is None


def test_patience_ends_and_begins_again_with_the_next_outage() -> None:
    tries = Tries(POLICY, 1)
    assert tries.after(AWAY, 100.0) is not None
    assert tries.after(AWAY, 160.0) is not None
    assert tries.after(AWAY, 160.1) is None
    assert tries.after(FAULT, 161.0) is not None
    assert tries.after(AWAY, 161.0) is not None


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        OSError("Multiple exceptions: [Errno 111] …, [Errno 111] …"),
        OSError(errno.EHOSTUNREACH, "No route to host"),
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        TimeoutError(),
        BusError("Valkey: gone"),
        StorageError("object storage did not answer"),
        redis.exceptions.BusyLoadingError(),
        redis.exceptions.TimeoutError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.CrashShutdownError(),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        asyncpg.TooManyConnectionsError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_answer_is_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        FileNotFoundError(),
        OSError(errno.EACCES, "Permission denied"),
        ObjectNotFoundError("NoSuchKey"),
        InvalidPartsError("InvalidPart"),
        redis.exceptions.ResponseError("WRONGTYPE"),
        asyncpg.UniqueViolationError(),
        asyncpg.QueryCanceledError(),
        asyncpg.exceptions._base.DataError("invalid input for query argument"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_answer_is_none(error: Exception) -> None:
    assert not is_outage(error)
