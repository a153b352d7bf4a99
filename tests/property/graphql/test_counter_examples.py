"""What the search found once, cut down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from inspect import isawaitable
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, execute, parse
from strawberry.permission import BasePermission
from strawberry.scalars import JSON
from strawberry.types import Info

from kit.graphql.compiled import CompiledSchema


class AllowedSoon(BasePermission):
    async def has_permission(self, source: Any, info: Info[Any, Any], **kwargs: Any) -> bool:
        return True


@strawberry.type
class Item:
    number: int

    @strawberry.field
    def text(self) -> str | None:
        if self.number == 0:
            raise ValueError("zero")
        return str(self.number)

    @strawberry.field
    async def later(self) -> str:
        await asyncio.sleep(0)
        raise ValueError(f"later {self.number}")


async def soon(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def breaking(*items: Any) -> Iterator[Any]:
    yield from items
    raise ValueError("broke")


async def breaking_soon(*items: Any) -> AsyncIterator[Any]:
    for item in items:
        yield item
    raise ValueError("broke")


@strawberry.type
class Query:
    @strawberry.field
    def breaks_off(self) -> list[Item] | None:
        return breaking(Item(number=0), Item(number=1))  # type: ignore[return-value]

    @strawberry.field
    def breaks_off_soon(self) -> list[Item] | None:
        return breaking_soon(Item(number=0), Item(number=1))  # type: ignore[return-value]

    @strawberry.field
    def breaks_off_with_awaitables(self) -> list[Item] | None:
        return breaking(soon(Item(number=1)), Item(number=0))  # type: ignore[return-value]

    @strawberry.field
    def null_beside_awaitable(self) -> list[Item]:
        return [soon(Item(number=1)), None]  # type: ignore[list-item]

    @strawberry.field
    async def fails_later(self) -> Item:
        await asyncio.sleep(0)
        raise ValueError("later")

    @strawberry.field
    def items(self) -> list[Item]:
        return [Item(number=1), None]  # type: ignore[list-item]

    @strawberry.field
    def none(self) -> list[Item | None]:
        return [None, Item(number=1), None]

    @strawberry.field(permission_classes=[AllowedSoon])
    def handed_on(self) -> JSON:
        return soon({"a": 1})  # type: ignore[return-value]

    @strawberry.field(permission_classes=[AllowedSoon])
    def nothing_handed_on(self) -> JSON:
        return soon(None)  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def touch(self) -> int:
        return 1


schema = strawberry.Schema(Query, mutation=Mutation)._schema


async def _both(text: str) -> tuple[ExecutionResult, ExecutionResult]:
    document = parse(text)
    expected: Awaitable[ExecutionResult] | ExecutionResult = execute(schema, document)
    if isawaitable(expected):
        expected = await expected
    return expected, await CompiledSchema(schema).execute(document)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("mutation { touch @skip(if: true) }", id="a mutation of which nothing is left"),
        pytest.param("{ breaksOff { text number } }", id="items before a list breaks off"),
        pytest.param("{ breaksOffSoon { text number } }", id="items before a stream breaks off"),
        pytest.param("{ breaksOffWithAwaitables { number } }", id="awaitables before a list breaks off"),
        pytest.param("{ nullBesideAwaitable { number } }", id="a null beside an item to await"),
        pytest.param("{ items { later } failsLater { number } }", id="at once before later"),
        pytest.param("{ none { text number } }", id="nulls among objects"),
        pytest.param("{ handedOn }", id="a scalar that hands on what is to be awaited"),
        pytest.param("{ nothingHandedOn }", id="a scalar that hands on null"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
async def test_both_answer_alike(text: str) -> None:
    expected, actual = await _both(text)
    assert actual.data == expected.data
    assert [error.formatted for error in actual.errors or ()] == [
        error.formatted for error in expected.errors or ()
    ]
