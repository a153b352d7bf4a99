"""From GraphQL responses to HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.rest import Call
from tests.unit.router.rest.books import Shop, told

EMMA = {"id": "b1", "title": "Emma", "price": 2.5, "stars": 5}


def error(code: str, *path: str | int, **extensions: Any) -> dict[str, Any]:
    return {"message": "secret", "path": list(path), "extensions": {"code": code, **extensions}}


async def test_the_result_is_the_body(shop: Shop) -> None:
    response = await shop.ask("GET", "/api/books/b1")
    assert (response.status, told(response)) == (200, EMMA)
    assert response.headers["content-type"] == "application/json"


async def test_a_new_thing_says_where_it_is(shop: Shop) -> None:
    response = await shop.ask("POST", "/api/shelves/s1/books", {"title": "Ilium"})
    assert response.status == 201
    assert told(response) == {"id": "b3", "title": "Ilium", "price": 2.5, "stars": 5}
    assert response.headers["location"] == "/api/books/b3"
    assert response.headers["cache-control"] == "no-store"


async def test_a_location_is_encoded(shop: Shop) -> None:
    shop.response = {"data": {"addBook": {"book": {"id": "b/é?"}, "userErrors": []}}}
    response = await shop.ask("POST", "/api/shelves/s1/books", {"title": "Ilium"})
    assert response.headers["location"] == "/api/books/b%2F%C3%A9%3F"


async def test_no_content_is_no_content(shop: Shop) -> None:
    response = await shop.ask("DELETE", "/api/books/b1")
    assert (response.status, dict(response.headers), response.body) == (
        204,
        {"cache-control": "no-store"},
        b"",
    )
    assert (await shop.ask("GET", "/api/books/b1")).status == 404


async def test_a_page_has_items_and_says_where_the_next_is(shop: Shop) -> None:
    response = await shop.ask("GET", "/api/books?first=1&tag=a%26b")
    assert told(response) == {"items": [EMMA], "pageInfo": {"hasNextPage": True, "endCursor": "b1"}}
    assert response.headers["link"] == '</api/books?first=1&tag=a%26b&after=b1>; rel="next"'
    last = await shop.ask("GET", "/api/books?first=1&tag=a%26b&after=b1")
    assert [item["id"] for item in told(last)["items"]] == ["b2"]
    assert "link" not in last.headers


@pytest.mark.parametrize(
    ("target", "status", "code"), [("/api/books/none", 404, "NOT_FOUND"), ("/api/me", 401, "UNAUTHENTICATED")]
)
async def test_null_means_what_the_file_says(shop: Shop, target: str, status: int, code: str) -> None:
    response = await shop.ask("GET", target)
    assert (response.status, told(response)["code"]) == (status, code)
    assert response.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize(
    ("shelf", "title", "status", "shown"),
    [
        (
            "s1",
            "Emma",
            409,
            {"code": "TITLE_TAKEN", "detail": "There is one.", "pointer": "#/title"},
        ),
        (
            "none",
            "Ilium",
            404,
            {"code": "SHELF_NOT_FOUND", "detail": "No such shelf.", "parameter": "shelf"},
        ),
    ],
)
async def test_user_errors_are_problems(
    shop: Shop, shelf: str, title: str, status: int, shown: dict[str, str]
) -> None:
    response = await shop.ask("POST", f"/api/shelves/{shelf}/books", {"title": title})
    assert response.status == status
    problem = told(response)
    assert (problem["code"], problem["detail"]) == (shown["code"], shown["detail"])
    assert problem["errors"] == [shown]


async def test_several_user_errors_have_the_status_of_the_first(shop: Shop) -> None:
    errors = [
        {"code": "TITLE_EMPTY", "message": "No title.", "field": ["title"]},
        {"code": "TITLE_TAKEN", "message": "There is one.", "field": None},
    ]
    shop.response = {"data": {"addBook": {"book": None, "userErrors": errors}}}
    response = await shop.ask("POST", "/api/shelves/s1/books", {"title": ""})
    assert response.status == 422
    assert told(response)["errors"] == [
        {"code": "TITLE_EMPTY", "detail": "No title.", "pointer": "#/title"},
        {"code": "TITLE_TAKEN", "detail": "There is one."},
    ]


@pytest.mark.parametrize(
    ("code", "status", "shown", "detail"),
    [
        ("UNAUTHENTICATED", 401, "UNAUTHENTICATED", "secret"),
        ("FORBIDDEN", 403, "FORBIDDEN", "secret"),
        ("NOT_FOUND", 404, "NOT_FOUND", "secret"),
        ("BAD_USER_INPUT", 400, "BAD_USER_INPUT", "secret"),
        ("GRAPHQL_VALIDATION_FAILED", 400, "GRAPHQL_VALIDATION_FAILED", "secret"),
        ("MAX_DEPTH_LIMIT", 400, "MAX_DEPTH_LIMIT", "secret"),
        ("RATE_LIMITED", 429, "RATE_LIMITED", "secret"),
        (
            "INTERNAL_SERVER_ERROR",
            500,
            "INTERNAL_SERVER_ERROR",
            "Something went wrong on our side.",
        ),
        ("NOBODY_KNOWS_THIS", 500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side."),
        ("SUBGRAPH_UNAVAILABLE", 503, "SUBGRAPH_UNAVAILABLE", "This is unavailable for the moment."),
        ("DEADLINE_EXCEEDED", 504, "DEADLINE_EXCEEDED", "The answer did not come in time."),
    ],
)
@pytest.mark.parametrize("data", [None, {"book": None}])
async def test_errors_without_a_result_are_problems(
    shop: Shop, data: Any, code: str, status: int, shown: str, detail: str
) -> None:
    shop.response = {"data": data, "errors": [error(code, "book")]}
    response = await shop.ask("GET", "/api/books/b1")
    assert response.status == status
    assert (told(response)["code"], told(response)["detail"]) == (shown, detail)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "response", [{}, {"data": None}, {"errors": [{"message": "m"}]}, {"errors": [{"extensions": None}]}]
)
async def test_an_answer_that_says_nothing_is_our_fault(shop: Shop, response: dict[str, Any]) -> None:
    shop.response = response
    problem = await shop.ask("GET", "/api/books/b1")
    assert (problem.status, told(problem)["code"]) == (500, "INTERNAL_SERVER_ERROR")


@pytest.mark.parametrize("key", ["retryAfter", "retryAfterSeconds"])
async def test_a_limit_says_when_to_try_again(shop: Shop, key: str) -> None:
    shop.response = {"errors": [error("RATE_LIMITED", **{key: 7})]}
    assert (await shop.ask("GET", "/api/books/b1")).headers["retry-after"] == "7"


async def test_what_could_not_be_read_is_told_beside_the_rest(shop: Shop) -> None:
    shop.graph.down = {"reviews"}
    response = await shop.ask("GET", "/api/books/b1")
    gap = {"code": "SUBGRAPH_UNAVAILABLE", "detail": "This is unavailable for the moment."}
    assert response.status == 200
    assert told(response) == {**EMMA, "stars": None, "errors": [gap]}
    assert "etag" not in response.headers


async def test_gaps_in_a_page_are_found_by_their_path(shop: Shop) -> None:
    shop.response = {
        "data": {
            "books": {
                "edges": [{"node": None}, {"node": {"id": "b2"}}],
                "pageInfo": {"hasNextPage": False, "endCursor": "b2"},
            }
        },
        "errors": [
            error("FORBIDDEN", "books", "edges", 0, "node"),
            error("FORBIDDEN", "books", "edges", 1, "node", "stars"),
            error("FORBIDDEN", "books", "pageInfo"),
            error("FORBIDDEN"),
        ],
    }
    body = told(await shop.ask("GET", "/api/books"))
    assert body["items"] == [None, {"id": "b2"}]
    assert [each.get("path") for each in body["errors"]] == [
        ["items", 0],
        ["items", 1, "stars"],
        ["pageInfo"],
        None,
    ]


async def test_no_content_with_errors_is_a_problem(shop: Shop) -> None:
    shop.response = {
        "data": {"dropBook": {"droppedId": None}},
        "errors": [error("FORBIDDEN", "dropBook", "droppedId")],
    }
    assert (await shop.ask("DELETE", "/api/books/b1")).status == 403


async def test_an_error_elsewhere_does_not_explain_a_null(shop: Shop) -> None:
    shop.response = {"data": {"me": None}, "errors": [error("FORBIDDEN", "other")]}
    assert (await shop.ask("GET", "/api/me")).status == 401


async def test_head_is_get_without_a_body(shop: Shop) -> None:
    got, head = await shop.ask("GET", "/api/books/b1"), await shop.ask("HEAD", "/api/books/b1")
    assert (head.status, dict(head.headers), head.body) == (200, dict(got.headers), b"")
    lost, problem = await shop.ask("GET", "/api/books/x"), await shop.ask("HEAD", "/api/books/x")
    assert (problem.status, dict(problem.headers), problem.body) == (404, dict(lost.headers), b"")
    refused = await shop.ask("HEAD", "/api/books?first=x")
    assert (refused.status, refused.body) == (400, b"")


async def test_an_anonymous_client_need_not_read_the_same_twice(shop: Shop) -> None:
    first = await shop.ask("GET", "/api/books/b1")
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["vary"] == "authorization"
    for known in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
        for method in ("GET", "HEAD"):
            same = await shop.ask(method, "/api/books/b1", headers={"if-none-match": known})
            assert (same.status, same.body, same.headers["etag"]) == (304, b"", etag)
            assert "content-length" not in same.headers
    other = await shop.ask("GET", "/api/books/b2", headers={"if-none-match": etag})
    assert other.status == 200


async def test_what_is_for_one_person_is_never_stored(shop: Shop) -> None:
    response = await shop.ask(
        "GET", "/api/books/b1", headers={"authorization": "Bearer t", "if-none-match": "*"}
    )
    assert (response.status, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


SHOP = Shop()
CALLS = [
    SHOP.api.match(method, path, "", {"content-type": "application/json"}, body)
    for method, path, body in [
        ("GET", "/api/books/b1", b""),
        ("GET", "/api/books", b""),
        ("POST", "/api/shelves/s1/books", b'{"title": "t"}'),
        ("DELETE", "/api/books/b1", b""),
        ("GET", "/api/me", b""),
    ]
]
WORDS = st.sampled_from(["book", "books", "edges", "node", "pageInfo", "addBook", "userErrors", "me", "code"])
ERRORS = st.lists(
    st.fixed_dictionaries(
        {"message": st.text(max_size=5)},
        optional={
            "path": st.none() | st.lists(WORDS | st.integers(0, 2), max_size=4),
            "extensions": st.none()
            | st.fixed_dictionaries(
                {}, optional={"code": st.sampled_from(["FORBIDDEN", "X", "", "NOT_FOUND"])}
            ),
        },
    ),
    max_size=3,
)
BOOK = st.none() | st.fixed_dictionaries({"id": st.text(max_size=3), "title": st.text(max_size=3)})
DATA = st.none() | st.fixed_dictionaries(
    {
        "book": BOOK,
        "me": BOOK,
        "books": st.none()
        | st.fixed_dictionaries(
            {
                "edges": st.none() | st.lists(st.none() | st.fixed_dictionaries({"node": BOOK}), max_size=3),
                "pageInfo": st.none()
                | st.fixed_dictionaries(
                    {"hasNextPage": st.booleans(), "endCursor": st.none() | st.text(max_size=3)}
                ),
            }
        ),
        "addBook": st.none()
        | st.fixed_dictionaries(
            {
                "book": BOOK,
                "userErrors": st.none()
                | st.lists(
                    st.fixed_dictionaries({"code": st.text(max_size=3), "message": st.text(max_size=3)}),
                    max_size=2,
                ),
            }
        ),
        "dropBook": BOOK,
    }
)


@given(st.sampled_from(CALLS), DATA, ERRORS)
def test_any_response_has_an_answer(call: Any, data: Any, errors: list[dict[str, Any]]) -> None:
    assert isinstance(call, Call)
    response = SHOP.api.answer(call, {"data": data, "errors": errors})
    assert 200 <= response.status < 600
    if response.status not in {204, 304}:
        told(response)
