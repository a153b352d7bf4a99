"""Objects and interfaces: their fields, and the interfaces that they implement."""

from __future__ import annotations

from functools import partial
from typing import Any

from router.core.checks.changes import Change, Changes, Level, Trace, Use, argument, narrowing
from router.core.checks.compare_deprecations import compare_deprecations, compare_descriptions
from router.core.checks.compare_input_values import compare_input_values
from router.core.checks.type_refs import is_safe_output


def compare_fields(old: Any, new: Any) -> Changes:
    for name, before in old.fields.items():
        coordinate = f"{old.name}.{name}"
        if name in new.fields:
            yield from _compare(coordinate, before, new.fields[name])
        else:
            yield _removal(coordinate, before)
    for name in new.fields:
        if name not in old.fields:
            coordinate = f"{old.name}.{name}"
            yield Change("safe", "FIELD_ADDED", coordinate, f"{coordinate} was added.")


def _removal(coordinate: str, old: Any) -> Change:
    was_deprecated = " It was deprecated." if old.deprecation_reason is not None else ""
    message = f"{coordinate} was removed.{was_deprecated}"
    return Change("breaking", "FIELD_REMOVED", coordinate, message, (Trace(Use.SELECTS, coordinate),))


def _compare(coordinate: str, old: Any, new: Any) -> Changes:
    selected = (Trace(Use.SELECTS, coordinate),)
    if str(old.type) != str(new.type):
        level: Level = "safe" if is_safe_output(old.type, new.type) else "breaking"
        message = f"{coordinate} changed its type from {old.type} to {new.type}."
        yield Change(level, "FIELD_TYPE_CHANGED", coordinate, message, selected)
    yield from compare_input_values(
        "ARGUMENT", old.args, new.args, partial(argument, coordinate), Trace(Use.SELECTS, coordinate)
    )
    yield from compare_deprecations(coordinate, old, new, selected)
    yield from compare_descriptions(coordinate, old, new)


def compare_interfaces(old: Any, new: Any) -> Changes:
    before = {interface.name for interface in old.interfaces}
    after = {interface.name for interface in new.interfaces}
    for interface in sorted(before - after):
        felt_by = (
            Trace(Use.NARROWS, narrowing(interface, old.name)),
            Trace(Use.NARROWS, narrowing(old.name, interface)),
        )
        message = f"{old.name} does not implement {interface} any more."
        yield Change("breaking", "INTERFACE_REMOVED_FROM_TYPE", old.name, message, felt_by)
    for interface in sorted(after - before):
        message = f"{old.name} implements {interface} now."
        expected = (Trace(Use.RETURNS, interface), Trace(Use.NAMES, interface))
        yield Change("dangerous", "INTERFACE_ADDED_TO_TYPE", old.name, message, expected)
