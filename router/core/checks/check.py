"""The check: this file is the table of contents, each step a module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import GraphQLSchema

from router.core.checks.changes import LEVELS, Change, Level
from router.core.checks.find_changes import find_changes
from router.core.checks.read_operations import RecordedOperation
from router.core.checks.trace_operation import trace_operation
from router.core.checks.validate_operations import Validator
from router.core.composition import CompositionProblem


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """A change and who feels it: how often each recorded operation does, by name. None: nothing was recorded."""

    change: Change
    hits: Mapping[str, int] | None = None

    @property
    def level(self) -> Level:
        """For the recorded traffic, if there is any: what nobody uses may change."""
        return "safe" if self.hits is not None and not self.hits else self.change.level


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``broken``: recorded operations that the old schema takes and the new one refuses, and why.
    ``outdated``: those that the old schema refuses already; they count for nothing, nor in ``operations``.
    """

    changes: tuple[JudgedChange, ...] = ()
    operations: int | None = None
    broken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outdated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    composition_problems: tuple[CompositionProblem, ...] = ()

    @property
    def worst(self) -> Level:
        """The verdict."""
        if self.composition_problems or self.broken:
            return "breaking"
        return min((judged.level for judged in self.changes), key=LEVELS.index, default="safe")


def check_schemas(
    old: GraphQLSchema, new: GraphQLSchema, operations: Iterable[RecordedOperation] | None = None
) -> CheckReport:
    """Both schemas are what clients see, see ``read_schema``. Without ``operations`` any use counts."""
    changes = find_changes(old, new)
    if operations is None:
        return CheckReport(tuple(map(JudgedChange, changes)))
    before, after = Validator(old), Validator(new)
    hits: list[Counter[str]] = [Counter() for _ in changes]
    broken: dict[str, tuple[str, ...]] = {}
    outdated: dict[str, tuple[str, ...]] = {}
    count = 0
    for operation in operations:
        known_problems = before.problems(operation)
        if known_problems:
            outdated[operation.name] = tuple(known_problems)
            continue
        count += 1
        _count_hits(old, operation, changes, hits)
        problems = after.problems(operation)
        if problems:
            broken[operation.name] = tuple(problems)
    judged = tuple(JudgedChange(change, counted) for change, counted in zip(changes, hits, strict=True))
    return CheckReport(judged, count, broken, outdated)


def _count_hits(
    old: GraphQLSchema, operation: RecordedOperation, changes: list[Change], hits: list[Counter[str]]
) -> None:
    traces = trace_operation(old, operation)
    for change, counted in zip(changes, hits, strict=True):
        if not traces.isdisjoint(change.felt_by):
            counted[operation.name] += 1
