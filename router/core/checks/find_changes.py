"""Every difference between two schemas that a client could notice.

The classes are those of GraphQL's reference implementation (what it calls breaking is breaking here), and what it
passes over: root types, deprecations, ``@oneOf``, ``@specifiedBy``, defaults and types of directives' arguments.
"""

from __future__ import annotations

from graphql import GraphQLSchema, OperationType

from router.core.checks.changes import LEVELS, Change, Changes, Trace, Use
from router.core.checks.compare_directives import compare_directives
from router.core.checks.compare_types import compare_types


def find_changes(old: GraphQLSchema, new: GraphQLSchema) -> list[Change]:
    """The worst first, then by coordinate. Both schemas are what clients see, see ``read_schema``."""
    found = [*_compare_roots(old, new), *compare_types(old, new), *compare_directives(old, new)]
    return sorted(found, key=lambda change: (LEVELS.index(change.level), change.coordinate, change.code))


def _compare_roots(old: GraphQLSchema, new: GraphQLSchema) -> Changes:
    for kind in OperationType:
        before, after = old.get_root_type(kind), new.get_root_type(kind)
        runs = (Trace(Use.RUNS, kind.value),)
        if before is None and after is not None:
            yield Change("safe", "ROOT_TYPE_ADDED", after.name, f"There are {_plural(kind)} now.")
        elif before is not None and after is None:
            message = f"There are no {_plural(kind)} any more."
            yield Change("breaking", "ROOT_TYPE_REMOVED", before.name, message, runs)
        elif before is not None and after is not None and before.name != after.name:
            message = f"The type of {_plural(kind)} is {after.name} now, not {before.name}."
            yield Change("breaking", "ROOT_TYPE_CHANGED", before.name, message, runs)


def _plural(kind: OperationType) -> str:
    return "queries" if kind is OperationType.QUERY else f"{kind.value}s"
