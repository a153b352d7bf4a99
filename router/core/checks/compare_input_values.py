"""Arguments and input fields: whatever a client sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import is_required_argument, print_ast
from graphql.utilities.sort_value_node import sort_value_node

from router.core.checks.changes import Change, Changes, Trace, Use
from router.core.checks.compare_deprecations import compare_deprecations, compare_descriptions
from router.core.checks.type_refs import is_safe_input, narrows_null_only


def compare_input_values(
    kind: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    coordinate_of: Callable[[str], str],
    users: Trace,
) -> Changes:
    """``kind`` is ARGUMENT, INPUT_FIELD or DIRECTIVE_ARGUMENT; ``users`` the trace of those who send any of them."""
    for name, before in old.items():
        coordinate = coordinate_of(name)
        if name in new:
            yield from _compare(kind, coordinate, before, new[name])
        else:
            given = (Trace(Use.GIVES, coordinate),)
            yield Change("breaking", f"{kind}_REMOVED", coordinate, f"{coordinate} was removed.", given)
    for name, added in new.items():
        if name not in old:
            yield _addition(kind, coordinate_of(name), added, users)


def _addition(kind: str, coordinate: str, added: Any, users: Trace) -> Change:
    if is_required_argument(added):
        message = f"{coordinate} was added and must be given: {added.type}."
        return Change("breaking", f"REQUIRED_{kind}_ADDED", coordinate, message, (users,))
    message = f"{coordinate} was added, an optional {added.type}."
    return Change("dangerous", f"OPTIONAL_{kind}_ADDED", coordinate, message)


def _compare(kind: str, coordinate: str, old: Any, new: Any) -> Changes:
    yield from _compare_types(kind, coordinate, old, new)
    yield from _compare_defaults(kind, coordinate, old, new)
    given = (Trace(Use.GIVES, coordinate),)
    yield from compare_deprecations(coordinate, old, new, given)
    yield from compare_descriptions(coordinate, old, new)


def _compare_types(kind: str, coordinate: str, old: Any, new: Any) -> Changes:
    if str(old.type) == str(new.type):
        return
    code, message = (
        f"{kind}_TYPE_CHANGED",
        f"{coordinate} changed its type from {old.type} to {new.type}.",
    )
    if is_safe_input(old.type, new.type):
        yield Change("safe", code, coordinate, message)
        return
    uses = [Use.GIVES_NULL if narrows_null_only(old.type, new.type) else Use.GIVES]
    if is_required_argument(new):
        uses.append(Use.OMITS)
    yield Change("breaking", code, coordinate, message, tuple(Trace(use, coordinate) for use in uses))


def _compare_defaults(kind: str, coordinate: str, old: Any, new: Any) -> Changes:
    before, after = default_of(old), default_of(new)
    if before == after:
        return
    omitted = (Trace(Use.OMITS, coordinate),)
    code = f"{kind}_DEFAULT_CHANGED"
    if is_required_argument(new):
        message = f"{coordinate} lost its default, {before}, and must be given."
        yield Change("breaking", code, coordinate, message, omitted)
    elif before is None:
        yield Change("safe", code, coordinate, f"{coordinate} has a default now: {after}.", omitted)
    elif after is None:
        message = f"{coordinate} lost its default, {before}."
        yield Change("dangerous", code, coordinate, message, omitted)
    else:
        message = f"{coordinate} changed its default from {before} to {after}."
        yield Change("dangerous", code, coordinate, message, omitted)


def default_of(value: Any) -> str | None:
    """As the schema writes it, the fields of objects sorted."""
    node = value.ast_node.default_value if value.ast_node else None
    return print_ast(sort_value_node(node)) if node else None
