"""What goes wrong inside is told to nobody outside, by either executor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from functools import cache
from typing import Any

import orjson
import pytest
import strawberry
from aiodataloader import DataLoader
from graphql import GraphQLError
from strawberry.permission import BasePermission
from strawberry.types import Info

from contracts.subgraph import SubgraphRequest
from kit.errors import NotFoundError
from kit.graphql.executor import SchemaExecutor

SECRET = "postgresql://videos:hunter2@10.0.0.7/clipgraph"


class Telling:
    """Says it wherever it is printed."""

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__


class Broken(DataLoader[int, int]):
    async def batch_load_fn(self, keys: list[int]) -> list[int]:
        raise RuntimeError(SECRET)


@strawberry.interface
class Named:
    name: str | None = None


@strawberry.type
class Dog(Named):
    @strawberry.field
    def age(self) -> int | None:
        raise KeyError(SECRET)

    @strawberry.field
    async def owner(self) -> str | None:
        await asyncio.sleep(0)
        raise OSError(SECRET)

    @strawberry.field
    async def rank(self, info: Info[Any, Any]) -> int | None:
        rank: int = await info.context["loader"].load(1)
        return rank

    @property
    def weight(self) -> int:
        raise AttributeError(SECRET)


class Nobody(BasePermission):
    message = "Nobody may."

    def has_permission(self, source: Any, info: Info[Any, Any], **_: Any) -> bool:
        return False


@strawberry.type
class Query:
    @strawberry.field(permission_classes=[Nobody])
    def forbidden(self) -> int | None:
        return 1

    @strawberry.field
    def raises(self) -> int | None:
        raise ValueError(SECRET)

    @strawberry.field
    async def raises_later(self) -> int | None:
        raise ValueError(SECRET)

    @strawberry.field
    def raises_graphql(self) -> int | None:
        raise GraphQLError(SECRET)

    @strawberry.field
    def raises_from(self) -> int | None:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error

    @strawberry.field
    def no_int(self) -> int | None:
        return SECRET  # type: ignore[return-value]

    @strawberry.field
    def no_date(self) -> datetime | None:
        return Telling()  # type: ignore[return-value]

    @strawberry.field
    def no_list(self) -> list[int] | None:
        return Telling()  # type: ignore[return-value]

    @strawberry.field
    def no_item(self) -> list[int | None]:
        return [1, SECRET]  # type: ignore[list-item]

    @strawberry.field
    def no_dog(self) -> Named | None:
        return Telling()  # type: ignore[return-value]

    @strawberry.field
    def an_error(self) -> int | None:
        return ValueError(SECRET)  # type: ignore[return-value]

    @strawberry.field
    def never(self) -> int:
        return None  # type: ignore[return-value]

    @strawberry.field
    def dog(self) -> Dog | None:
        return Dog()

    @strawberry.field
    def dogs(self) -> list[Dog]:
        return [Dog(), Dog()]

    @strawberry.field
    def told(self) -> int | None:
        raise NotFoundError("There is no such dog.")

    @strawberry.field
    def echo(self, number: int = 1) -> int:
        return number


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def events(self) -> AsyncGenerator[int, None]:
        raise RuntimeError(SECRET)
        yield 1


@cache
def make_executor(*, is_compiled: bool) -> SchemaExecutor:
    executor = SchemaExecutor(
        "dogs",
        strawberry.Schema(Query, subscription=Subscription, types=[Dog]),
        lambda _viewer, _source: {"loader": Broken()},  # type: ignore[arg-type,return-value]
        viewer_secret="secret",
    )
    if not is_compiled:
        executor.interpret()
    return executor


@pytest.fixture(params=[True, False], ids=["compiled", "interpreted"])
def execute(request: pytest.FixtureRequest) -> SchemaExecutor:
    return make_executor(is_compiled=request.param)


QUERIES = [
    "{ raises }",
    "{ raisesLater }",
    "{ raisesGraphql }",
    "{ raisesFrom }",
    "{ noInt }",
    "{ noDate }",
    "{ noList }",
    "{ noItem }",
    "{ noDog { name } }",
    "{ anError }",
    "{ never }",
    "{ dog { age owner rank } }",
    "{ dogs { age owner rank } }",
]


@pytest.mark.parametrize("query", QUERIES)
async def test_what_fails_inside_is_masked(execute: SchemaExecutor, query: str) -> None:
    answer = await execute(SubgraphRequest(query))
    assert SECRET not in orjson.dumps(answer).decode()
    assert {(error["message"], error["extensions"]["code"]) for error in answer["errors"]} == {
        ("Something went wrong on our side.", "INTERNAL_SERVER_ERROR")
    }
    assert all(error["path"] for error in answer["errors"])


async def test_a_subscription_that_fails_inside_is_masked(execute: SchemaExecutor) -> None:
    phase = {"subscription": {"phase": "subscribe"}}
    answer = await execute(SubgraphRequest("subscription { events }", extensions=phase))
    [error] = answer["errors"]
    assert (error["message"], error["extensions"]["code"]) == (
        "Something went wrong on our side.",
        "INTERNAL_SERVER_ERROR",
    )


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ told }", {}, "NOT_FOUND"),
        ("{ cat }", {}, "BAD_USER_INPUT"),
        ("{ echo(number: true) }", {}, "BAD_USER_INPUT"),
        ("query ($n: Int!) { echo(number: $n) }", {"n": "x"}, "BAD_USER_INPUT"),
        # Valid, since the variable has a default; null gets as far as the field.
        ("query ($n: Int = 1) { echo(number: $n) }", {"n": None}, "BAD_USER_INPUT"),
        ("{ forbidden }", {}, "BAD_USER_INPUT"),
        ("{", {}, "BAD_USER_INPUT"),
    ],
)
async def test_what_a_caller_did_wrong_is_told(
    execute: SchemaExecutor, query: str, variables: dict[str, Any], code: str
) -> None:
    answer = await execute(SubgraphRequest(query, variables))
    [error] = answer["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"] != "Something went wrong on our side."
