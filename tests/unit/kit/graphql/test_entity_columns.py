"""``_entities``: all representations of a type are loaded together, and what is selected of them too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import ExecutionResult, parse
from strawberry.types import Info

from kit.graphql.batched import batched
from kit.graphql.compiled import CompiledSchema
from kit.graphql.interpreted import InterpretedSchema
from kit.graphql.loading import Loader
from kit.graphql.schema import build_schema

TEXT = (
    "query ($representations: [_Any!]!) { _entities(representations: $representations)"
    " { __typename ... on Video { id title } ... on User { id } } }"
)


class TitleLoader(Loader[str, str]):
    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []

    async def batch_load_fn(self, keys: list[str]) -> list[str]:
        self.batches.append(list(keys))
        return [f"title of {key}" for key in keys]


@dataclass
class Loaders:
    titles: TitleLoader


@dataclass
class Context:
    loaders: Loaders
    loaded: list[str] = field(default_factory=list)


@strawberry.federation.type(keys=["id"])
class Video:
    id: strawberry.ID
    title: str = batched(TitleLoader, key="id")

    @classmethod
    async def load_entities(
        cls, info: Info[Context, None], representations: Sequence[Mapping[str, Any]]
    ) -> list[Video | None]:
        info.context.loaded.append("Video")
        return [None if each["id"] == "gone" else cls(id=each["id"]) for each in representations]


@strawberry.federation.type(keys=["id"])
class User:
    id: strawberry.ID

    @classmethod
    async def load_entities(
        cls, info: Info[Context, None], representations: Sequence[Mapping[str, Any]]
    ) -> list[User]:
        info.context.loaded.append("User")
        raise ValueError(f"no {len(representations)} users today")


@strawberry.type
class Query:
    ping: int = 1


schema = build_schema(query=Query, types=[Video, User])._schema


async def _entities(
    execution: CompiledSchema | InterpretedSchema, *ids: tuple[str, str]
) -> tuple[ExecutionResult, Context]:
    context = Context(Loaders(TitleLoader()))
    representations = [{"__typename": type_name, "id": id_} for type_name, id_ in ids]
    result = await execution.execute(
        parse(TEXT), variables={"representations": representations}, context=context
    )
    return result, context


async def test_entities_of_a_type_are_one_column() -> None:
    result, context = await _entities(
        CompiledSchema(schema), *(("Video", str(number)) for number in range(3))
    )
    assert result.errors is None
    assert result.data == {
        "_entities": [
            {"__typename": "Video", "id": str(number), "title": f"title of {number}"} for number in range(3)
        ]
    }
    assert context.loaded == ["Video"]
    assert context.loaders.titles.batches == [["0", "1", "2"]]


async def test_types_side_by_side_and_what_is_gone() -> None:
    wanted = (("Video", "1"), ("User", "2"), ("Video", "gone"), ("Video", "3"))
    expected, _ = await _entities(InterpretedSchema(schema), *wanted)
    result, context = await _entities(CompiledSchema(schema), *wanted)
    assert result.data == expected.data
    assert [(error.path, error.message) for error in result.errors or ()] == [
        (["_entities", 1], "no 1 users today")
    ]
    assert context.loaders.titles.batches == [["1", "3"]]
