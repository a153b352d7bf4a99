"""Telling the compiled executor that a resolver leaves its arguments alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

ResolverT = TypeVar("ResolverT", bound=Callable[..., Any])

_MARK: Final = "__clipgraph_takes_arguments_as_they_are__"


def takes_arguments_as_they_are(resolver: ResolverT) -> ResolverT:
    """For a resolver that reads coerced values, needs nothing converted by Strawberry, and changes none of them."""
    setattr(resolver, _MARK, True)
    return resolver


def takes_as_they_are(resolver: Any) -> bool:
    """Whether the function behind a Strawberry resolver says so."""
    return hasattr(getattr(resolver, "wrapped_func", None), _MARK)
