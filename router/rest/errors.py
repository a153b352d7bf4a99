"""What can be wrong with ``rest.yaml``; all of it is found before the first request.

Exception
└── RestFileError   the file can't be used: every problem, with file and line
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """``line`` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong where."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class RestFileError(Exception):
    """The message has a line for each problem."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        ordered = sorted(dict.fromkeys(problems), key=lambda each: (each.place.file, each.place.line))
        super().__init__("\n".join(map(str, ordered)))
        self.problems = tuple(ordered)
