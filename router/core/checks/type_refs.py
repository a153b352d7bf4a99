"""When one type may stand for another, by where values flow."""

from __future__ import annotations

from typing import Any

from graphql import is_list_type, is_non_null_type


def is_safe_output(old: Any, new: Any) -> bool:
    """Whether clients that expect ``old`` can read ``new``: the same, with less null in it."""
    if is_non_null_type(new):
        return is_safe_output(old.of_type if is_non_null_type(old) else old, new.of_type)
    if is_non_null_type(old) or is_list_type(old) is not is_list_type(new):
        return False
    if is_list_type(old):
        return is_safe_output(old.of_type, new.of_type)
    return bool(old.name == new.name)


def is_safe_input(old: Any, new: Any) -> bool:
    """Whether what was accepted as ``old`` is accepted as ``new``: the same, with more null in it."""
    return is_safe_output(new, old)


def narrows_null_only(old: Any, new: Any) -> bool:
    """Whether an input of type ``old`` is refused as ``new`` for being null at the top, and for nothing else."""
    return is_non_null_type(new) and not is_non_null_type(old) and is_safe_input(old, new.of_type)
