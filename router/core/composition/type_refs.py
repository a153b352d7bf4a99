"""Type references as GraphQL writes them (``[Video!]!``), and the few questions merging asks of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NewType

TypeRef = NewType("TypeRef", str)

IsSubtype = Callable[[str, str], bool]
"""Whether the named type first given is one of the second's possible or implementing types."""


def is_non_null(ref: TypeRef) -> bool:
    return ref.endswith("!")


def nullable(ref: TypeRef) -> TypeRef:
    return TypeRef(ref.removesuffix("!"))


def is_list(ref: TypeRef) -> bool:
    return ref.startswith("[")


def item_of(ref: TypeRef) -> TypeRef:
    """The item type of a list that may be non-null itself."""
    return TypeRef(nullable(ref)[1:-1])


def named_type(ref: TypeRef) -> str:
    return ref.strip("[]!")


def is_subtype(narrow: TypeRef, wide: TypeRef, is_named_subtype: IsSubtype) -> bool:
    """Whether each value of ``narrow`` is a value of ``wide``: covariant in nullability, items and names."""
    if narrow == wide:
        return True
    if is_non_null(narrow):
        return is_subtype(nullable(narrow), nullable(wide), is_named_subtype)
    if is_non_null(wide):
        return False
    if is_list(narrow) or is_list(wide):
        both = is_list(narrow) and is_list(wide)
        return both and is_subtype(item_of(narrow), item_of(wide), is_named_subtype)
    return is_named_subtype(narrow, wide)
