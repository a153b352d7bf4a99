"""Deprecation of a field, an argument, an input field or an enum value."""

from __future__ import annotations

from typing import Any

from router.core.checks.changes import Change, Changes, Trace


def compare_deprecations(coordinate: str, old: Any, new: Any, used: tuple[Trace, ...]) -> Changes:
    """``used``: the traces of those who should know. Taking a deprecation back is dangerous, because whoever heeded
    it has moved away for nothing.
    """
    before, after = old.deprecation_reason, new.deprecation_reason
    if before == after:
        return
    if before is None:
        yield Change("safe", "DEPRECATION_ADDED", coordinate, f"{coordinate} is deprecated: {after}", used)
    elif after is None:
        yield Change(
            "dangerous", "DEPRECATION_REMOVED", coordinate, f"{coordinate} is not deprecated any more.", used
        )
    else:
        message = f"{coordinate} is deprecated for another reason: {after}"
        yield Change("safe", "DEPRECATION_REASON_CHANGED", coordinate, message, used)


def compare_descriptions(coordinate: str, old: Any, new: Any) -> Changes:
    """Of anything that has one."""
    if old.description != new.description:
        yield Change(
            "safe", "DESCRIPTION_CHANGED", coordinate, f"The description of {coordinate} has changed."
        )
