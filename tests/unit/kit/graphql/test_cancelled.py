"""Whoever gives up a request takes its resolvers and its loads along, on either executor."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import cache
from typing import Any

import pytest
import strawberry
from strawberry.types import Info

from contracts.subgraph import SubgraphRequest
from kit.graphql.batched import batched
from kit.graphql.executor import SchemaExecutor
from kit.graphql.loading import Loader

begun: Counter[str] = Counter()
ended: Counter[str] = Counter()


async def hang(name: str) -> int:
    """Until it is cancelled."""
    begun[name] += 1
    try:
        await asyncio.Event().wait()
    finally:
        ended[name] += 1
    return 0


class Names(Loader[int, str]):
    async def batch_load_fn(self, keys: list[int]) -> list[str]:
        await hang("load")
        return [str(key) for key in keys]


class Loaders:
    def __init__(self) -> None:
        self.names = Names()


class Context:
    def __init__(self) -> None:
        self.loaders = Loaders()


@strawberry.type
class Item:
    number: int
    name: str = batched(Names, key="number")

    @strawberry.field
    async def slow(self) -> int:
        return await hang("item")

    @strawberry.field
    async def called(self, info: Info[Context, None]) -> str:
        return await info.context.loaders.names.load(self.number)


@strawberry.type
class Query:
    @strawberry.field
    async def slow(self) -> int:
        return await hang("root")

    @strawberry.field
    async def items(self) -> list[Item]:
        return [Item(number=number) for number in range(3)]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def first(self) -> int:
        return await hang("first")

    @strawberry.mutation
    async def second(self) -> int:
        return await hang("second")


@cache
def make_executor(*, is_compiled: bool) -> SchemaExecutor:
    executor = SchemaExecutor(
        "slow",
        strawberry.Schema(Query, Mutation),
        lambda _viewer, _source: Context(),  # type: ignore[arg-type,return-value]
        viewer_secret="secret",
    )
    if not is_compiled:
        executor.interpret()
    return executor


@pytest.mark.parametrize("is_compiled", [True, False], ids=["compiled", "interpreted"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ slow }", {"root": 1}),
        ("{ slow again: slow items { slow } }", {"root": 2, "item": 3}),
        ("{ items { name } }", {"load": 1}),
        ("{ items { called slow } slow }", {"load": 1, "item": 3, "root": 1}),
        ("mutation { first second }", {"first": 1}),
    ],
)
async def test_nothing_goes_on(query: str, expected: dict[str, int], is_compiled: bool) -> None:
    begun.clear()
    ended.clear()
    execute: Any = make_executor(is_compiled=is_compiled)
    others = asyncio.all_tasks()
    task = asyncio.create_task(execute(SubgraphRequest(query)))
    async with asyncio.timeout(10):
        while begun != expected:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        while asyncio.all_tasks() - others:
            await asyncio.sleep(0)
    assert task.cancelled()
    assert ended == begun == expected
