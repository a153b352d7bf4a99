"""Counting statements, so that a budget per operation can be asserted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kit.db.statement import Statement

_observed: ContextVar[list[str] | None] = ContextVar("observed_statements", default=None)


def observe(statement: Statement) -> None:
    """Notes a statement with whoever counts in this context; costs one lookup when nobody does."""
    seen = _observed.get()
    if seen is not None:
        seen.append(statement.sql)


@contextmanager
def observed_statements() -> Iterator[list[str]]:
    """The SQL of every statement run by the code inside, tasks that it starts included."""
    seen: list[str] = []
    token = _observed.set(seen)
    try:
        yield seen
    finally:
        _observed.reset(token)
