"""What differs between two schemas, and what an operation must do to feel it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, NamedTuple, TypeAlias

Level: TypeAlias = Literal["breaking", "dangerous", "safe"]
LEVELS: Final[tuple[Level, ...]] = ("breaking", "dangerous", "safe")


class Use(Enum):
    """How an operation can rely on a part of the schema."""

    RUNS = "is of this kind of operation"
    SELECTS = "selects this field"
    RETURNS = "selects a field of this type"
    NAMES = "names this type in a condition or a variable"
    NARROWS = "has a condition on one type where another is expected"
    SENDS = "may send this input object"
    GIVES = "may give this argument, input field or enum value"
    GIVES_NULL = "may give null for this argument or input field"
    OMITS = "may leave this argument or input field to its default"
    APPLIES = "applies this directive, or applies it at this location"


class Trace(NamedTuple):
    """One use. ``coordinate`` is a schema coordinate: ``Type.field``, ``Type.field(argument:)``, ``@directive``."""

    use: Use
    coordinate: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. An operation feels it that leaves any of the traces ``felt_by``."""

    level: Level
    code: str
    coordinate: str
    message: str
    felt_by: tuple[Trace, ...] = ()


Changes: TypeAlias = Iterable[Change]


def argument(owner: str, name: str) -> str:
    """The coordinate of an argument of ``Type.field`` or ``@directive``."""
    return f"{owner}({name}:)"


def narrowing(expected: str, condition: str) -> str:
    """For ``Use.NARROWS``: a fragment on ``condition`` where ``expected`` stands."""
    return f"{expected} > {condition}"


def at_location(directive: str, location: str) -> str:
    """For ``Use.APPLIES``: a directive at one kind of place."""
    return f"{directive} on {location}"
