"""Where each variable of an operation gets its value from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphql import GraphQLInputType, is_list_type, is_non_null_type

SourceKind: TypeAlias = Literal["path", "query", "body", "header"]

IDEMPOTENCY_HEADER = "idempotency-key"
IDEMPOTENCY_FIELDS = ("idempotencyKey", "clientMutationId")


@dataclass(frozen=True, slots=True)
class Binding:
    """``target`` is a variable, or an input field of one. ``name`` is that of a parameter, of a header, or of a member
    of the body; empty for the whole body.
    """

    target: tuple[str, ...]
    kind: SourceKind
    name: str
    type: GraphQLInputType
    is_required: bool
    description: str | None

    @property
    def is_list(self) -> bool:
        return is_list_type(self.type.of_type if is_non_null_type(self.type) else self.type)

    @property
    def is_whole_body(self) -> bool:
        return self.kind == "body" and not self.name


@dataclass(frozen=True, slots=True)
class Bindings:
    """Those of one operation. ``types`` are its variables'."""

    all: tuple[Binding, ...]
    types: dict[str, GraphQLInputType]
    defaulted: frozenset[str]

    def of(self, kind: SourceKind) -> tuple[Binding, ...]:
        return tuple(each for each in self.all if each.kind == kind)

    @property
    def takes_body(self) -> bool:
        return bool(self.of("body"))

    @property
    def whole_body(self) -> Binding | None:
        return next((each for each in self.all if each.is_whole_body), None)

    @property
    def idempotency(self) -> Binding | None:
        return next(iter(self.of("header")), None)

    def elsewhere(self, target: Sequence[str]) -> dict[str, Binding]:
        """Fields of an input object that don't come with it, by name."""
        depth = len(target)
        return {
            each.target[depth]: each
            for each in self.all
            if len(each.target) == depth + 1 and each.target[:depth] == tuple(target)
        }

    def nearest(self, target: Sequence[str]) -> Binding | None:
        """The source of a place in the variables."""
        covering = [each for each in self.all if tuple(target[: len(each.target)]) == each.target]
        return max(covering, key=lambda each: len(each.target), default=None)
