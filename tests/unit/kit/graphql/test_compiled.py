"""The compiled executor: what it makes of an operation, and what it costs to keep."""

from __future__ import annotations

import asyncio
import linecache
import traceback
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, ExecutionResult, parse
from prometheus_client import REGISTRY
from strawberry.types import Info

from kit.graphql.compiled import CompiledSchema


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Dog(Named):
    colour: Colour
    born_at: datetime

    @strawberry.field
    def path(self, info: Info[Any, Any]) -> list[str]:
        return [str(key) for key in info.path.as_list()]

    @strawberry.field
    async def owner(self, info: Info[Any, Any]) -> str:
        info.context["owners"] += 1
        await asyncio.sleep(0)
        return f"owner of {self.name}"


@strawberry.type
class Cat(Named):
    lives: int = 9


DOGS = [Dog(name=name, colour=Colour.RED, born_at=datetime(2020, 1, 1, tzinfo=UTC)) for name in ("Rex", "Bo")]
REACHED = asyncio.Event()


@strawberry.type
class Query:
    @strawberry.field
    def dogs(self) -> list[Dog]:
        return DOGS

    @strawberry.field
    def pets(self, first: int = 9) -> list[Named | None]:
        pets: list[Named | None] = [*DOGS, Cat(name="Tom"), None]
        return pets[:first]

    @strawberry.field
    async def hangs(self, info: Info[Any, Any]) -> int | None:
        try:
            REACHED.set()
            await asyncio.sleep(60)
            return None
        finally:
            info.context["cleaned"] += 1

    @strawberry.field
    def fails(self) -> int | None:
        raise ValueError("no luck")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def add(self, info: Info[Any, Any], number: int) -> int:
        info.context["log"].append(f"begin {number}")
        await asyncio.sleep(0)
        info.context["log"].append(f"end {number}")
        if number < 0:
            raise ValueError("negative")
        return number


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number


schema = strawberry.Schema(Query, mutation=Mutation, subscription=Subscription, types=[Dog, Cat])._schema


@pytest.fixture
def compiled() -> CompiledSchema:
    return CompiledSchema(schema)


def _metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def _context() -> dict[str, Any]:
    return {"owners": 0, "cleaned": 0, "log": []}


async def _execute(compiled: CompiledSchema, text: str, **given: Any) -> ExecutionResult:
    return await compiled.execute(parse(text), context=given.pop("context", _context()), **given)


async def test_a_page_without_surprises_never_leaves_the_generated_code(compiled: CompiledSchema) -> None:
    before = _metric("clipgraph_graphql_slow_objects_total")
    result = await _execute(compiled, "{ dogs { __typename name colour bornAt owner } }")
    assert result.errors is None
    assert result.data == {
        "dogs": [
            {
                "__typename": "Dog",
                "name": name,
                "colour": "RED",
                "bornAt": "2020-01-01T00:00:00+00:00",
                "owner": f"owner of {name}",
            }
            for name in ("Rex", "Bo")
        ]
    }
    assert _metric("clipgraph_graphql_slow_objects_total") == before


async def test_the_selection_follows_the_class_of_each_object(compiled: CompiledSchema) -> None:
    result = await _execute(
        compiled, "{ pets { name ... on Dog { path } ...C } } fragment C on Cat { lives kind: __typename }"
    )
    assert result.data == {
        "pets": [
            {"name": "Rex", "path": ["pets", "0", "path"]},
            {"name": "Bo", "path": ["pets", "1", "path"]},
            {"name": "Tom", "lives": 9, "kind": "Cat"},
            None,
        ]
    }


async def test_conditions_by_variable_are_compiled_apart(compiled: CompiledSchema) -> None:
    document = parse("query ($n: Boolean!) { dogs { name @include(if: $n) colour @skip(if: $n) } }")
    missed = _metric("clipgraph_graphql_plans_total", outcome="miss")
    for _ in range(2):
        with_name = await compiled.execute(document, variables={"n": True})
        without = await compiled.execute(document, variables={"n": False})
    assert with_name.data == {"dogs": [{"name": "Rex"}, {"name": "Bo"}]}
    assert without.data == {"dogs": [{"colour": "RED"}, {"colour": "RED"}]}
    assert _metric("clipgraph_graphql_plans_total", outcome="miss") == missed + 2


async def test_at_most_so_many_operations_are_kept() -> None:
    compiled = CompiledSchema(schema, max_operations=2)
    documents = [parse(f"{{ dogs {{ a{number}: name }} }}") for number in range(4)]
    kept = len(linecache.cache)
    for document in [*documents, documents[-1]]:
        assert (await compiled.execute(document)).errors is None
    assert len(linecache.cache) == kept + 2
    hits = _metric("clipgraph_graphql_plans_total", outcome="hit")
    await compiled.execute(documents[-1])
    assert _metric("clipgraph_graphql_plans_total", outcome="hit") == hits + 1


async def test_a_traceback_points_into_the_generated_source(compiled: CompiledSchema) -> None:
    result = await _execute(compiled, "query Luck { fails }")
    assert result.errors is not None
    assert result.errors[0].original_error is not None
    lines = traceback.format_tb(result.errors[0].original_error.__traceback__)
    assert any("<graphql Luck #" in line and ":= f" in line for line in lines)


async def test_mutations_run_in_series_and_stop_when_the_data_is_lost(compiled: CompiledSchema) -> None:
    context = _context()
    result = await _execute(
        compiled, "mutation { a: add(number: 1) b: add(number: -2) c: add(number: 3) }", context=context
    )
    assert result.data is None
    assert [(error.message, error.path) for error in result.errors or ()] == [("negative", ["b"])]
    assert context["log"] == ["begin 1", "end 1", "begin -2", "end -2"]


async def test_a_subscription_gives_a_result_an_event(compiled: CompiledSchema) -> None:
    stream: Any = await compiled.subscribe(
        parse("subscription ($to: Int!) { count(to: $to) }"), variables={"to": 3}
    )
    assert [result.data async for result in stream] == [{"count": 0}, {"count": 1}, {"count": 2}]


async def test_what_is_cancelled_cancels_its_resolvers(compiled: CompiledSchema) -> None:
    context = _context()
    REACHED.clear()
    running = asyncio.create_task(_execute(compiled, "{ a: hangs b: hangs dogs { owner } }", context=context))
    await REACHED.wait()
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert context["cleaned"] == 2


@pytest.mark.parametrize(
    ("text", "variables", "reason"),
    [
        ("query @experimental_disableErrorPropagation { dogs { name } }", {}, "error_propagation"),
        ("query ($n: Boolean = true) { dogs { name @skip(if: $n) } }", {"n": None}, "condition"),
        ("{ dogs { " + " ".join(f"a{n}: name" for n in range(5001)) + " } }", {}, "too_large"),
    ],
)
async def test_what_is_not_compiled_is_interpreted_and_counted(
    compiled: CompiledSchema, text: str, variables: dict[str, Any], reason: str
) -> None:
    before = _metric("clipgraph_graphql_interpreted_total", reason=reason)
    result = await _execute(compiled, text, variables=variables)
    assert isinstance(result, ExecutionResult)
    assert _metric("clipgraph_graphql_interpreted_total", reason=reason) == before + 1
    assert compiled.explain(parse(text), variables=variables) == f"interpreted: {reason}"


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        ("query A { dogs { name } } query B { dogs { name } }", {}, "Must provide operation name"),
        ("query A { dogs { name } }", {"operation_name": "C"}, "Unknown operation named 'C'."),
        ("query ($n: Int!) { pets(first: $n) { name } }", {}, "Variable '$n'"),
    ],
)
async def test_a_wrong_request_is_an_error_without_data(
    compiled: CompiledSchema, text: str, given: dict[str, Any], message: str
) -> None:
    result = await _execute(compiled, text, **given)
    assert result.data is None
    assert [message in error.message for error in result.errors or ()] == [True]


async def test_the_source_can_be_read(compiled: CompiledSchema) -> None:
    document: DocumentNode = parse("{ dogs { name owner } }")
    source = compiled.explain(document)
    assert "def select_" in source
    assert ".name" in source
    assert "await_column" in source


async def test_no_resolver_runs_twice_where_a_leaf_is_bad() -> None:
    calls: Counter[str] = Counter()

    @strawberry.type
    class Thing:
        good: strawberry.Private[int] = 1

        @strawberry.field
        def first(self) -> int:
            calls["first"] += 1
            return 1

        @strawberry.field
        def bad(self) -> int | None:
            calls["bad"] += 1
            return "no number"  # type: ignore[return-value]

        @strawberry.field
        def raises(self) -> int | None:
            calls["raises"] += 1
            raise ValueError("no")

        @strawberry.field
        def last(self) -> int:
            calls["last"] += 1
            return 4

    root = strawberry.type(type("Query", (), {"__annotations__": {"thing": Thing}}))
    own = strawberry.Schema(root)._schema
    result = await CompiledSchema(own).execute(
        parse("{ thing { first bad raises last } }"), root=root(thing=Thing())
    )
    assert result.data == {"thing": {"first": 1, "bad": None, "raises": None, "last": 4}}
    assert [error.path for error in result.errors or ()] == [["thing", "bad"], ["thing", "raises"]]
    assert calls == {"first": 1, "bad": 1, "raises": 1, "last": 1}
