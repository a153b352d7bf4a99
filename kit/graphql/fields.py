"""Pieces that inputs, payloads and enums of every domain are made of."""

from __future__ import annotations

from typing import Any

import strawberry

from kit.graphql.mutation import IDEMPOTENCY_KEY_DESCRIPTION


def enum_value(value: str, description: str) -> str:
    """A member of an enum, described."""
    return strawberry.enum_value(value, description=description)  # type: ignore[return-value]


def idempotency_key(description: str = IDEMPOTENCY_KEY_DESCRIPTION) -> str | None:
    """The field ``idempotency_key`` of an input."""
    return strawberry.field(default=None, description=description)  # type: ignore[no-any-return]


def no_user_errors() -> Any:
    """The field ``user_errors`` of a payload."""
    return strawberry.field(default_factory=list, description="What you can mend; empty when it was done.")
