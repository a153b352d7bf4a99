"""From HTTP to the variables of an operation, and what is refused on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.rest import Call, RestResponse
from tests.unit.router.rest.books import Shop, told

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("target", "variables"),
    [
        ("/api/books", {}),
        ("/api/books?first=3&after=b1", {"first": 3, "after": "b1"}),
        ("/api/books?tag=old&tag=rare", {"tags": ["old", "rare"]}),
        ("/api/books?tag=", {"tags": [""]}),
        ("/api/books?cheap=true&under=1e2&order=TITLE", {"cheap": True, "under": 100.0, "order": "TITLE"}),
        ("/api/books?first=-0", {"first": 0}),
        ("/api/books?after=a%26b+c", {"after": "a&b c"}),
        ("/api/books/b%2F1", {"id": "b/1"}),
        ("/api/books/%C3%A9", {"id": "é"}),
    ],
)
async def test_texts_become_what_the_operation_wants(
    shop: Shop, target: str, variables: dict[str, Any]
) -> None:
    await shop.ask("GET", target)
    assert [each[1] for each in shop.executed] == [variables]


@pytest.mark.parametrize(
    ("target", "detail", "parameter"),
    [
        ("/api/books?first=three", "first: 'three' is no whole number.", "first"),
        ("/api/books?first=", "first: '' is no whole number.", "first"),
        ("/api/books?first=1&first=2", "first: It is given more than once.", "first"),
        ("/api/books?first=٣", "first: '٣' is no whole number.", "first"),
        (
            "/api/books?first=3000000000",
            "first: Int cannot represent non 32-bit signed integer value: 3000000000",
            "first",
        ),
        ("/api/books?cheap=1", "cheap: '1' is neither true nor false.", "cheap"),
        ("/api/books?under=nan", "under: 'nan' is no number.", "under"),
        ("/api/books?order=SIZE", "order: Value 'SIZE' does not exist in 'Order' enum.", "order"),
        ("/api/books?frist=1", "There is no query parameter 'frist' here.", "frist"),
    ],
)
async def test_a_wrong_parameter_is_named(shop: Shop, target: str, detail: str, parameter: str) -> None:
    response = await shop.ask("GET", target)
    assert response.status == 400
    assert told(response) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": detail,
        "code": "BAD_USER_INPUT",
        "errors": [{"code": "BAD_USER_INPUT", "detail": detail, "parameter": parameter}],
    }
    assert shop.executed == []


async def test_a_body_and_the_path_make_one_input(shop: Shop) -> None:
    await shop.ask("POST", "/api/shelves/s1/books", {"title": "Ilium", "by": {"name": "Dan"}})
    assert shop.executed[0][1] == {"input": {"title": "Ilium", "by": {"name": "Dan"}, "shelf": "s1"}}


async def test_members_of_a_body_are_variables_of_their_own(shop: Shop) -> None:
    await shop.ask("PATCH", "/api/books/b1", {"title": "Emma 2", "author": None})
    assert shop.executed[0][1] == {"id": "b1", "title": "Emma 2", "by": None}


async def test_fields_of_an_input_may_all_come_from_the_url(shop: Shop) -> None:
    await shop.ask("DELETE", "/api/books/b1?why=old")
    assert shop.executed[0][1] == {"input": {"id": "b1", "why": "old"}}


@pytest.mark.parametrize("header", ["k-1", '"k-1"', ' "k-1" '])
async def test_an_idempotency_key_goes_into_the_input(shop: Shop, header: str) -> None:
    headers = {"idempotency-key": header}
    await shop.ask("POST", "/api/shelves/s1/books", {"title": "Ilium"}, headers)
    assert shop.executed[0][1] == {"input": {"title": "Ilium", "shelf": "s1", "clientMutationId": "k-1"}}
    assert shop.executed[0][2] == {}


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, [("#/title", "title: It is missing.")]),
        (None, [("#/title", "title: It is missing.")]),
        ({"title": 5}, [("#/title", "title: String cannot represent a non string value: 5")]),
        ({"title": "t", "pages": 5}, [("#/pages", "pages: There is no such member.")]),
        ({"title": "t", "by": {}}, [("#/by/name", "by/name: It is missing.")]),
        ({"title": "t", "shelf": "s"}, [("#/shelf", "`shelf` comes from the path, not from the body.")]),
        (
            {"title": "t", "clientMutationId": "k"},
            [("#/clientMutationId", "`clientMutationId` comes from the header, not from the body.")],
        ),
        (
            {"title": None, "price": "dear"},
            [
                ("#/title", "title: Expected value of non-null type 'String!' not to be None."),
                ("#/price", "price: Float cannot represent non numeric value: 'dear'"),
            ],
        ),
    ],
)
async def test_what_is_wrong_in_a_body_is_pointed_at(
    shop: Shop, body: Any, problems: list[tuple[str, str]]
) -> None:
    response = await shop.ask("POST", "/api/shelves/s1/books", body)
    assert response.status == 400
    assert [(each["pointer"], each["detail"]) for each in told(response)["errors"]] == problems
    assert shop.executed == []


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "The body is no valid JSON"),
        (b"[1]", "The body is a JSON object."),
        (b'"a"', "The body is a JSON object."),
        (b"\xff", "The body is no valid JSON"),
    ],
)
async def test_a_body_that_is_no_object_is_refused(shop: Shop, body: bytes, detail: str) -> None:
    response = await shop.ask("POST", "/api/shelves/s1/books", body)
    assert (response.status, told(response)["code"]) == (400, "BAD_REQUEST")
    assert told(response)["detail"].startswith(detail)


async def test_a_body_where_none_is_taken_may_be_empty_only(shop: Shop) -> None:
    assert (await shop.ask("DELETE", "/api/books/b1", {})).status == 204
    response = await shop.ask("DELETE", "/api/books/b1", {"id": "b2"})
    assert told(response)["detail"] == "There is no member 'id' here."


@pytest.mark.parametrize(
    ("method", "target", "status", "allow"),
    [
        ("GET", "/api/magazines", 404, None),
        ("GET", "/api/books/", 404, None),
        ("GET", "/api/books/b1/pages", 404, None),
        ("GET", "/api", 404, None),
        ("PUT", "/api/books/b1", 405, "GET, DELETE, PATCH, HEAD, OPTIONS"),
        ("GET", "/api/shelves/s1/books", 405, "POST, OPTIONS"),
        ("HEAD", "/api/shelves/s1/books", 405, "POST, OPTIONS"),
        ("TRACE", "/api/books", 405, "GET, HEAD, OPTIONS"),
        ("POST", "/api/openapi.json", 405, "GET, HEAD"),
        ("GET", "/api/books/%FF", 400, None),
        ("GET", "/api/books?after=%FF", 400, None),
        ("GET", f"/api/books?{'&'.join(['tag=a'] * 101)}", 400, None),
    ],
)
async def test_what_is_not_served_is_told(
    shop: Shop, method: str, target: str, status: int, allow: str | None
) -> None:
    response = await shop.ask(method, target)
    assert (response.status, response.headers.get("allow")) == (status, allow)
    assert response.headers["content-type"] == "application/problem+json"
    assert shop.executed == []


async def test_options_tells_the_methods(shop: Shop) -> None:
    response = await shop.ask("OPTIONS", "/api/books/b1")
    assert (response.status, response.headers, response.body) == (
        204,
        {"allow": "GET, DELETE, PATCH, HEAD, OPTIONS"},
        b"",
    )


@pytest.mark.parametrize(
    ("method", "content_type", "status"),
    [
        ("POST", "application/json; charset=utf-8", 201),
        ("POST", "APPLICATION/JSON", 201),
        ("POST", "application/merge-patch+json", 415),
        ("POST", "text/plain", 415),
        ("POST", "", 415),
        ("POST", "application/json; charset=latin-1", 415),
    ],
)
async def test_a_body_is_json(shop: Shop, method: str, content_type: str, status: int) -> None:
    body = {"title": "Ilium"}
    response = await shop.ask(method, "/api/shelves/s1/books", body, {"content-type": content_type})
    assert response.status == status


async def test_a_patch_may_be_a_merge_patch(shop: Shop) -> None:
    headers = {"content-type": "application/merge-patch+json"}
    assert (await shop.ask("PATCH", "/api/books/b1", {"title": "Emma 2"}, headers)).status == 200
    refused = await shop.ask("PATCH", "/api/books/b1", {"title": "Emma 3"}, {"content-type": "text/plain"})
    assert refused.headers["accept-patch"] == "application/json, application/merge-patch+json"


async def test_a_packed_body_is_refused(shop: Shop) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    response = await shop.ask("POST", "/api/shelves/s1/books", b"\x1f\x8b", headers)
    assert (response.status, response.headers["accept-encoding"]) == (415, "identity")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("", 200),
        ("application/*", 200),
        ("text/html, application/json;q=0.1", 200),
        ("application/problem+json, application/json", 200),
        ("text/html", 406),
        ("*/*, application/json;q=0", 406),
        ("application/json;q=none", 406),
    ],
)
async def test_json_must_be_acceptable(shop: Shop, accept: str, status: int) -> None:
    assert (await shop.ask("GET", "/api/books", headers={"accept": accept})).status == status


async def test_headers_that_are_not_about_the_body_go_on(shop: Shop) -> None:
    headers = {"authorization": "Bearer t", "traceparent": "00", "accept": "*/*", "host": "h"}
    await shop.ask("POST", "/api/shelves/s1/books", {"title": "Ilium"}, headers)
    assert shop.executed[0][2] == {"authorization": "Bearer t", "traceparent": "00", "host": "h"}


@pytest.mark.parametrize(
    ("path", "is_ours"), [("/api", True), ("/api/x", True), ("/apis", False), ("/", False)]
)
def test_the_facade_covers_what_is_below_its_base(shop: Shop, path: str, is_ours: bool) -> None:
    assert shop.api.covers(path) is is_ours


SHOP = Shop()


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "X"]),
    st.sampled_from(["/api/books", "/api/books/a", "/api/shelves/a/books", "/api/openapi.json"]) | st.text(),
    st.text() | st.sampled_from(["first=1", "first=a", "tag=a&tag=%", "after"]),
    st.dictionaries(
        st.sampled_from(["accept", "content-type", "content-encoding", "idempotency-key", "if-none-match"]),
        st.text() | st.just("application/json"),
    ),
    st.binary() | st.sampled_from([b"{}", b'{"title": "t"}', b'{"title": {"a": []}}']),
)
def test_any_request_is_a_call_or_has_an_answer(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    found = SHOP.api.match(method, path, query, headers, body)
    assert isinstance(found, Call) or (isinstance(found, RestResponse) and 200 <= found.status < 500)
