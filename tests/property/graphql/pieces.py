"""What every generated schema begins with, and the leaves and arguments that its fields are made of."""

from __future__ import annotations

PRELUDE = """
from __future__ import annotations
import datetime, enum, typing, uuid
from typing import Annotated, Any
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from kit.graphql.batched import batched
from tests.property.graphql.world import ColumnLoading, Context, Loading, World

world: World
ID = strawberry.ID
UUID = uuid.UUID
datetime = datetime.datetime


def odd_out(value):
    if not isinstance(value, int):
        raise ValueError(f"no number: {value!r}")
    return None if value % 7 == 0 else value * 2 + 1


Odd = typing.NewType("Odd", object)
ODD = strawberry.scalar(name="Odd", serialize=odd_out, parse_value=lambda v: v)


class Allowed(BasePermission):
    message = "not allowed"

    def has_permission(self, source, info, **kwargs):
        return world.allows(source, info.field_name)


class AllowedSoon(BasePermission):
    message = "not allowed soon"

    async def has_permission(self, source, info, **kwargs):
        return world.allows(source, info.field_name)


class Same(FieldExtension):
    def resolve(self, next_, source, info, **kwargs):
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_, source, info, **kwargs):
        return await next_(source, info, **kwargs)


T = typing.TypeVar("T")


@strawberry.type
class Box(typing.Generic[T]):
    key: strawberry.Private[str]
    item: T | None
    items: list[T]


@strawberry.input
class Given:
    n: int
    text: str | None = "t"
    names: list[str] = strawberry.field(default_factory=lambda: ["a"])
    inner: Given | None = strawberry.UNSET


"""

LEAVES = ["str", "int", "float", "bool", "ID", "datetime", "UUID", "Odd", "JSON", "E0"]
ARGUMENTS = {
    "n": "int",
    "m": "int | None",
    "text": "str",
    "e": "E0",
    "es": "list[E0]",
    "flag": "bool | None",
    "id": "ID",
    "ns": "list[int | None] | None",
    "given": "Given | None",
    "at": "datetime | None",
    "maybe": "strawberry.Maybe[int]",
}
DEFAULTS = {
    "n": ["3"],
    "m": ["None", "4", "strawberry.UNSET"],
    "text": ["'t'"],
    "e": ["E0.A"],
    "es": [],
    "flag": ["True", "None"],
    "id": ["'i'"],
    "ns": ["None"],
    "given": ["None"],
    "at": ["None"],
    "maybe": ["None"],
}
