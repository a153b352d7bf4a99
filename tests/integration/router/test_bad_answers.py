"""A GraphQL response with something wrong inside costs the fields of its subgraph and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.bad_world import BOOKS, ENTITIES, ENTITY, MALFORMED, ROOT, SHELVES, TITLES, World
from tests.support.wire import answers

WRONG_DATA: dict[str, tuple[Any, Any, list[tuple[list[Any], str]]]] = {
    "data is a number": (5, None, [(["shelves"], MALFORMED)]),
    "data is null": (None, None, [(["shelves"], MALFORMED)]),
    "data is a list": ([SHELVES["data"]], None, [(["shelves"], MALFORMED)]),
    "a text": ({"shelves": "A"}, None, [(["shelves"], MALFORMED)]),
    "an object for a list": ({"shelves": {"name": "A"}}, None, [(["shelves"], MALFORMED)]),
    "lists for objects": ({"shelves": [[{"name": "A"}]]}, [None], [(["shelves", 0], MALFORMED)]),
    "scalars for objects": (
        {"shelves": ["A", {"name": "B"}, None, 5]},
        [None, {"name": "B"}, None, None],
        [(["shelves", 0], MALFORMED), (["shelves", 3], MALFORMED)],
    ),
    "an object for a scalar": (
        {"shelves": [{"name": {"text": "A"}}, {"name": "B"}]},
        [{"name": None}, {"name": "B"}],
        [(["shelves", 0, "name"], MALFORMED)],
    ),
    "a list for a scalar": (
        {"shelves": [{"name": ["A"]}]},
        [{"name": None}],
        [(["shelves", 0, "name"], MALFORMED)],
    ),
    "a number for a text": (
        {"shelves": [{"name": 5}]},
        [{"name": None}],
        [(["shelves", 0, "name"], MALFORMED)],
    ),
    "what nobody asked for": ({"shelves": [{"name": "A", "x": 1}], "y": 2}, [{"name": "A"}], []),
}


@pytest.mark.parametrize(("data", "shown", "errors"), WRONG_DATA.values(), ids=WRONG_DATA.keys())
async def test_wrong_types_cost_what_holds_them(
    world: World, data: Any, shown: Any, errors: list[tuple[list[Any], str]]
) -> None:
    answer = await world.ask_when(answers({"data": data}), ROOT)
    assert answer["data"] == {"books": TITLES, "shelves": shown}
    found = [(error["path"], error["extensions"]["code"]) for error in answer.get("errors", [])]
    assert found == errors


THINGS: dict[str, tuple[Any, Any]] = {
    "of its type": ({"__typename": "Cup", "name": "x", "size": 1}, {"name": "x", "size": 1}),
    "of another type": ({"__typename": "Pot", "name": "x", "size": 1}, {"name": "x"}),
    "of no type": ({"name": "x", "size": 1}, None),
    "of an unknown type": ({"__typename": "Nobody", "name": "x"}, None),
    "of a type that does not belong": ({"__typename": "Book", "name": "x"}, None),
    "of a number": ({"__typename": 5, "name": "x"}, None),
    "of a list": ({"__typename": ["Cup"], "name": "x"}, None),
}


@pytest.mark.parametrize(("thing", "shown"), THINGS.values(), ids=THINGS.keys())
async def test_a_wrong_type_name_costs_its_object(world: World, thing: Any, shown: Any) -> None:
    query = "{ books { title } thing { name ... on Cup { size } } }"
    answer = await world.ask_when(answers({"data": {"thing": thing}}), query)
    assert answer["data"] == {"books": TITLES, "thing": shown}
    assert [error["path"] for error in answer.get("errors", [])] == ([] if shown else [["thing"]])


NO_ANSWER = [(["books"], MALFORMED)]
ENTITY_ANSWERS: dict[str, tuple[Any, list[Any], list[tuple[list[Any], str]]]] = {
    "too short": ([{"inStock": 1}], [None, None], NO_ANSWER),
    "too long": ([{"inStock": 1}, {"inStock": 2}, {"inStock": 3}], [None, None], NO_ANSWER),
    "empty": ([], [None, None], NO_ANSWER),
    "null": (None, [None, None], NO_ANSWER),
    "an object": ({"inStock": 1}, [None, None], NO_ANSWER),
    "scalars": (["a", 5], [None, None], NO_ANSWER),
    "lists": ([[{"inStock": 1}], [{"inStock": 2}]], [None, None], NO_ANSWER),
    "one of them null": ([None, {"inStock": 2}], [None, 2], []),
    "of wrong types": (
        [{"inStock": "many"}, {"inStock": 2}],
        [None, 2],
        [(["books", 0, "inStock"], MALFORMED)],
    ),
    "out of range": (
        [{"inStock": 2**40}, {"inStock": 1.5}],
        [None, None],
        [(["books", 0, "inStock"], MALFORMED), (["books", 1, "inStock"], MALFORMED)],
    ),
    "with more than was asked for": (
        [{"inStock": 1, "title": "Mine", "id": "7"}, {"inStock": 2}],
        [1, 2],
        [],
    ),
    "with other type names": (
        [{"inStock": 1, "__typename": "Shelf"}, {"inStock": 2, "__typename": 5}],
        [1, 2],
        [],
    ),
}


@pytest.mark.parametrize(
    ("entities", "in_stock", "errors"), ENTITY_ANSWERS.values(), ids=ENTITY_ANSWERS.keys()
)
async def test_wrong_entities_cost_their_fields(
    world: World, entities: Any, in_stock: list[Any], errors: list[tuple[list[Any], str]]
) -> None:
    query = "{ books { __typename title inStock } }"
    answer = await world.ask_when(answers({"data": {"_entities": entities}}), query)
    assert answer["data"] == {
        "books": [
            {"__typename": "Book", **book, "inStock": number}
            for book, number in zip(TITLES, in_stock, strict=True)
        ]
    }
    found = [(error["path"], error["extensions"]["code"]) for error in answer.get("errors", [])]
    assert found == errors


@pytest.mark.parametrize("mine", [[{"title": "Mine"}], {"title": "Mine"}, [{"title": "Mine"}] * 2, "Mine"])
async def test_fields_of_others_cannot_be_answered_first(world: World, mine: Any) -> None:
    stock_has_answered = asyncio.Event()

    async def answers_first(writer: asyncio.StreamWriter, request: Mapping[str, Any]) -> None:
        await answers({"data": {**SHELVES["data"], "books": mine}})(writer, request)
        await writer.drain()
        stock_has_answered.set()

    async def answers_last(writer: asyncio.StreamWriter, request: Mapping[str, Any]) -> None:
        await stock_has_answered.wait()
        await answers(BOOKS)(writer, request)

    usual, world.catalog.behaviour = world.catalog.behaviour, answers_last
    try:
        answer = await world.ask_when(answers_first, ROOT)
    finally:
        world.catalog.behaviour = usual
    assert answer == {"data": {"books": TITLES, **SHELVES["data"]}}


REPORTED = "The subgraph reported an error."
ODD_ERRORS: dict[str, tuple[Any, list[str]]] = {
    "a text": ("boom", ["boom"]),
    "an object": ({"message": "boom"}, ["boom"]),
    "a number": (5, [REPORTED]),
    "of odd things": ([None, 5, "boom", [], {}], [REPORTED, REPORTED, "boom", REPORTED, REPORTED]),
    "without texts": ([{"message": 5}, {"message": {"a": 1}}, {"message": ""}], [REPORTED] * 3),
    "with odd extensions": ([{"message": "boom", "extensions": [1], "locations": 7}], ["boom"]),
}


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": 5}, SHELVES], ids=["", "null", "5", "data"])
@pytest.mark.parametrize(("errors", "messages"), ODD_ERRORS.values(), ids=ODD_ERRORS.keys())
async def test_odd_errors_are_told_and_cost_nothing(
    world: World, data: dict[str, Any], errors: Any, messages: list[str]
) -> None:
    answer = await world.ask_when(answers({**data, "errors": errors}), ROOT)
    shelves = data["data"]["shelves"] if data is SHELVES else None
    assert answer["data"] == {"books": TITLES, "shelves": shelves}
    told = [{"code": "DOWNSTREAM_SERVICE_ERROR", "service": "stock"}] * len(messages)
    assert [error["message"] for error in answer["errors"]] == messages
    assert [error["extensions"] for error in answer["errors"]] == told


@pytest.mark.parametrize(
    "path",
    [5, {}, [None], [{}], [["shelves"]], [1.5], [True], ["shelves", {"a": 1}], ["shelves", 10**30]],
    ids=json.dumps,
)
async def test_an_odd_path_is_none(world: World, path: Any) -> None:
    errors = [{"message": "boom", "path": path}]
    answer = await world.ask_when(answers({**SHELVES, "errors": errors}), ROOT)
    assert answer["data"] == {"books": TITLES, **SHELVES["data"]}
    assert answer["errors"] == [
        {"message": "boom", "extensions": {"code": "DOWNSTREAM_SERVICE_ERROR", "service": "stock"}}
    ]


@pytest.mark.parametrize(
    "path", [["_entities", 99, "inStock"], ["_entities", -1], ["_entities"], ["_entities", "0"], ["x"], []]
)
async def test_an_error_of_no_entity_is_told(world: World, path: list[Any]) -> None:
    body = {**ENTITIES, "errors": [{"message": "boom", "path": path}]}
    answer = await world.ask_when(answers(body), ENTITY)
    assert answer["data"]["books"] == [{**book, "inStock": number} for number, book in enumerate(TITLES, 1)]
    assert [error["message"] for error in answer["errors"]] == ["boom"]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500, 503])
async def test_a_graphql_response_counts_with_any_status(world: World, status: int) -> None:
    body = {**SHELVES, "errors": [{"message": "boom", "extensions": {"code": "BUSY"}}]}
    answer = await world.ask_when(answers(body, status), ROOT)
    assert answer["data"] == {"books": TITLES, **SHELVES["data"]}
    assert answer["errors"] == [{"message": "boom", "extensions": {"code": "BUSY", "service": "stock"}}]


async def test_nesting_as_deep_as_json_may_be_costs_its_field(world: World) -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    query = "{ books { title } shelves { tag: name name: rows } }"
    answer = await world.ask_when(answers({"data": {"shelves": deep}}), query)
    assert answer["data"] == {"books": TITLES, "shelves": [None]}
