"""Loader-declared fields: the same answer from both executors, one batch a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from aiodataloader import DataLoader
from graphql import ExecutionResult, parse
from strawberry.permission import BasePermission
from strawberry.types import Info

from kit.graphql.batched import batched
from kit.graphql.compiled import CompiledSchema
from kit.graphql.interpreted import InterpretedSchema
from kit.graphql.loading import Loader


class UserLoader(Loader[int, Any]):
    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[int]] = []

    async def batch_load_fn(self, keys: list[int]) -> list[Any]:
        self.batches.append(list(keys))
        return [ValueError("lost") if key == 4 else None if key == 5 else f"user {key}" for key in keys]


class PlainLoader(DataLoader[int, Any]):
    async def batch_load_fn(self, keys: list[int]) -> list[Any]:
        return [key * 10 for key in keys]


@dataclass(slots=True)
class Loaders:
    users: UserLoader
    plain: PlainLoader


@dataclass(slots=True)
class Context:
    loaders: Loaders


class Never(BasePermission):
    message = "never"

    def has_permission(self, source: Any, info: Info[Any, Any], **kwargs: Any) -> bool:
        return False


@strawberry.type
class User:
    name: str

    @classmethod
    def of(cls, name: str) -> User:
        if name == "user 6":
            raise ValueError("no user")
        return cls(name=name)


@strawberry.type
class Video:
    author_id: strawberry.Private[int | None]
    author: User | None = batched(UserLoader, key="author_id", then=User.of, description="Who made it.")
    editor: User | None = batched(UserLoader, key="author_id", then=User.of)
    required: User = batched(UserLoader, key="author_id", then=User.of)
    figure: int | None = batched(lambda context: context.loaders.plain, key="author_id")
    hidden: str | None = batched(UserLoader, key="author_id", permission_classes=[Never])
    missing: str | None = batched(DataLoader, key="no_such_attribute")


@strawberry.type
class Query:
    @strawberry.field
    def videos(self, authors: list[int | None]) -> list[Video | None]:
        return [Video(author_id=author) for author in authors]


schema = strawberry.Schema(Query)._schema
TEXT = "query ($authors: [Int]!) { videos(authors: $authors) { %s } }"


async def _answer(compiled: bool, fields: str, authors: list[int | None]) -> tuple[ExecutionResult, Context]:
    context = Context(Loaders(UserLoader(), PlainLoader()))
    document, variables = parse(TEXT % fields), {"authors": authors}
    execution = CompiledSchema(schema) if compiled else InterpretedSchema(schema)
    return await execution.execute(document, variables=variables, context=context), context


@pytest.mark.parametrize(
    "fields",
    [
        "author { name }",
        "author { name } editor { name } figure",
        "required { name }",
        "figure",
        "hidden",
        "missing",
    ],
)
@pytest.mark.parametrize("authors", [[1, 2], [1, None, 2, 1], [4, 1, 5, 6], []])
async def test_both_executors_answer_alike(fields: str, authors: list[int | None]) -> None:
    expected, core_context = await _answer(False, fields, authors)
    actual, context = await _answer(True, fields, authors)
    assert actual.data == expected.data
    described = [[(error.path, error.message) for error in each.errors or ()] for each in (actual, expected)]
    assert sorted(described[0], key=str) == sorted(described[1], key=str)
    assert context.loaders.users.batches == core_context.loaders.users.batches


async def test_columns_of_one_loader_are_one_batch() -> None:
    result, context = await _answer(True, "author { name } editor { name }", [1, 2, 3])
    assert result.errors is None
    assert context.loaders.users.batches == [[1, 2, 3]]


async def test_a_context_without_the_loader_is_an_error_of_each_field() -> None:
    context = Context(None)  # type: ignore[arg-type]
    result = await CompiledSchema(schema).execute(
        parse(TEXT % "author { name }"), variables={"authors": [1, 2]}, context=context
    )
    assert result.data == {"videos": [{"author": None}, {"author": None}]}
    assert [error.path for error in result.errors or ()] == [["videos", 0, "author"], ["videos", 1, "author"]]


def test_the_field_is_described_in_the_schema() -> None:
    type_: Any = schema.type_map["Video"]
    assert type_.fields["author"].description == "Who made it."
    assert str(type_.fields["required"].type) == "User!"
