"""A SQLAlchemy Core construct, compiled once to the text and argument order that asyncpg takes."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.dialects.postgresql import asyncpg as dialect_module
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import Executable

_DIALECT = dialect_module.dialect()  # type: ignore[no-untyped-call]


class Statement:
    """``sql`` with ``$n`` placeholders, and how keyword parameters become positional arguments.

    Build these at import time. Use named ``bindparam``s for what varies and ``= ANY(:ids)`` for lists:
    the text must not depend on values, so that the server prepares it once per connection.
    """

    __slots__ = ("_constants", "_names", "sql")

    def __init__(self, clause: Executable) -> None:
        compiled = cast("SQLCompiler", cast("Any", clause).compile(dialect=_DIALECT))
        self.sql: str = compiled.string
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._constants: dict[str, Any] = {
            name: bind.value for name, bind in compiled.binds.items() if not bind.required
        }

    def arguments(self, parameters: dict[str, Any]) -> list[Any]:
        """Positional arguments. Raises TypeError for a missing or an unknown parameter."""
        constants = self._constants
        try:
            values = [parameters[name] if name in parameters else constants[name] for name in self._names]
        except KeyError as error:
            raise TypeError(f"statement needs parameter {error.args[0]!r}: {self.sql}") from error
        if not parameters.keys() <= set(self._names):
            unknown = sorted(parameters.keys() - set(self._names))
            raise TypeError(f"statement has no parameter {', '.join(unknown)}: {self.sql}")
        return values
