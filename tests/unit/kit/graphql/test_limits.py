"""Documents that would grow into something huge are refused before anything is made of them."""

from __future__ import annotations

import time

import pytest
import strawberry
from prometheus_client import REGISTRY

from contracts.subgraph import SubgraphRequest
from kit.graphql.executor import SchemaExecutor
from kit.graphql.limits import MAX_CHARACTERS, MAX_FIELDS, MAX_LEVELS, MAX_TOKENS


@strawberry.type
class Query:
    name: str = "x"

    @strawberry.field
    def me(self) -> Query:
        return Query()


@pytest.fixture(params=[True, False], ids=["compiled", "interpreted"])
def execute(request: pytest.FixtureRequest) -> SchemaExecutor:
    executor = SchemaExecutor(
        "sizes",
        strawberry.Schema(Query),
        lambda _viewer, _source: None,  # type: ignore[arg-type,return-value]
        viewer_secret="secret",
    )
    if not request.param:
        executor.interpret()
    return executor


def _chain(part: str, count: int) -> str:
    fragments = [
        f"fragment F{number} on Query {{ {part.replace('NEXT', f'F{number + 1}')} }}"
        for number in range(count)
    ]
    return " ".join([*fragments, f"fragment F{count} on Query {{ name }}"])


HUGE = {
    "a bomb of levels": "{ ...F0 } " + _chain("a: me { ...NEXT } b: me { ...NEXT }", 40),
    "a bomb of the same level": "{ me { ...F0 } } " + _chain("me { ...NEXT } ...NEXT", 40),
    "a bomb that nobody asks for": "{ name } " + _chain("a: me { ...NEXT } b: me { ...NEXT }", 40),
    "aliases": "{" + " ".join(f"a{number}: name" for number in range(MAX_FIELDS + 1)) + "}",
    "one field many times": "{" + " name" * 1000 + "}",
    "one object many times": "{" + " me { name }" * 1000 + "}",
    "one field in many fragments": "{"
    + " ".join(f"...F{number}" for number in range(1000))
    + "}"
    + " ".join(f"fragment F{number} on Query {{ name }}" for number in range(1000)),
    "levels": "{ me " * (MAX_LEVELS + 1) + "{ name }" + "}" * (MAX_LEVELS + 1),
    "a cycle": "{ ...A } fragment A on Query { me { ...A } }",
    "characters": "{ name } #" + "x" * MAX_CHARACTERS,
}


def compilations() -> float:
    return REGISTRY.get_sample_value("clipgraph_graphql_compile_seconds_count") or 0.0


@pytest.mark.parametrize("name", HUGE)
async def test_a_huge_document_is_refused_while_it_is_cheap(execute: SchemaExecutor, name: str) -> None:
    before, began = compilations(), time.process_time()
    answer = await execute(SubgraphRequest(HUGE[name]))
    # What they grow into takes minutes, or all memory.
    assert time.process_time() - began < 5
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["OPERATION_TOO_COMPLEX"]
    assert compilations() == before


@pytest.mark.parametrize(
    "query", ["{ a(b: [" + "1 " * MAX_TOKENS + "]) }", "{" * 10_000, "{ a(b: " + "[" * 10_000]
)
async def test_what_no_parser_should_take_is_refused(execute: SchemaExecutor, query: str) -> None:
    answer = await execute(SubgraphRequest(query))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_a_large_document_is_executed(execute: SchemaExecutor) -> None:
    query = "{" + " ".join(f"a{number}: me {{ name }}" for number in range(400)) + " me { name } me { name }}"
    answer = await execute(SubgraphRequest(query))
    assert "errors" not in answer
    assert len(answer["data"]) == 401


async def test_fragments_are_executed_wherever_they_are_asked_for(execute: SchemaExecutor) -> None:
    answer = await execute(SubgraphRequest("{ ...F0 me { ...F0 } } " + _chain("me { ...NEXT }", 3)))
    assert answer == {"data": {"me": {"me": {"me": {"name": "x", "me": {"name": "x"}}}}}}
