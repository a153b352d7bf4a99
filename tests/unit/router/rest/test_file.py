"""What is wrong with a ``rest.yaml`` is told with file and line, all of it at once, before the first request."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.rest import Call, RestApi, RestFileError, load_rest_map, read_rest_map
from tests.unit.router.rest.books import no_file
from tests.unit.router.rest.files import HEAD, SUPERGRAPH, problems, route

UNREADABLE = (
    "rest.yaml:1: no valid YAML: unacceptable character #x0007: special characters are not allowed\n"
    '  in "<unicode string>", position 3'
)
START = f"{HEAD}routes:\n  - method: GET\n    path: /api/x\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "rest.yaml:1: the file is empty"),
        ("- a", "rest.yaml:1: the file is a mapping"),
        ("a: [", "rest.yaml:1: no valid YAML: expected the node content, but found '<stream end>'"),
        ("a: \x07", UNREADABLE),
        (f"{HEAD}routes: []\nextra: 1", "rest.yaml:5: unknown key `extra`"),
        (f"{HEAD}routes: []\nbase: /x", "rest.yaml:5: `base` is given twice"),
        (HEAD, "rest.yaml:1: `routes` is missing"),
        ("title: T\nversion: 1\nbase: /api\nroutes: []", "rest.yaml:2: `version` is no text"),
        (
            'title: T\nversion: "1"\nbase: api/\nroutes: []',
            "rest.yaml:3: `base` begins with a slash and ends without one",
        ),
        (f"{HEAD}routes:\n  - 5", "rest.yaml:5: a route is a mapping"),
        (START, "rest.yaml:5: `document` is missing"),
        (route(method="FETCH"), "rest.yaml:5: `method` is one of GET, POST, PUT, PATCH, DELETE, not FETCH"),
        (route(path="/books/{id}"), "rest.yaml:6: `path` begins with /api/"),
        (
            route(path="/api/books/x{id}"),
            "rest.yaml:6: /api/books/x{id}: 'x{id}' is neither a word nor a parameter in braces",
        ),
        (
            route(path="/api/books/{id}/"),
            "rest.yaml:6: /api/books/{id}/: '' is neither a word nor a parameter in braces",
        ),
        (route(path="/api/{id}/{id}"), "rest.yaml:6: /api/{id}/{id}: a parameter is named twice"),
        (route(more="status: 999"), "rest.yaml:10: `status` is one of 200, 201, 202, 204, not 999"),
        (route(more="status: true"), "rest.yaml:10: `status` is no whole number"),
        (
            route(more="on_null: 500"),
            "rest.yaml:10: `on_null` is one of 200, 204, 401, 403, 404, 410, not 500",
        ),
        (START + "    document: 5", "rest.yaml:7: `document` is the text of an operation, or {file: PATH}"),
        (START + "    document: {file: q.graphql}", "rest.yaml:7: q.graphql: No such file or directory"),
    ],
)
def test_the_form_of_the_file(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_two_routes_of_one_shape_clash() -> None:
    other = """\
  - method: GET
    path: /api/books/{isbn}
    document: |
      query Q($isbn: ID!) { book(id: $isbn) { id } }
    variables: { isbn: path }
"""
    assert problems(route().rstrip() + "\n" + other) == [
        "rest.yaml:11: GET /api/books/{isbn} is /api/books/{id} of rest.yaml:5",
        "rest.yaml:12: Q is the operation of rest.yaml:5 already",
    ]


def test_the_problems_of_all_routes_are_told_at_once() -> None:
    text = route("query Q { nobody }").rstrip()
    second = route("query R { magazine }", more="result: x").partition("routes:\n")[2]
    assert problems(f"{text}\n{second}") == [
        "rest.yaml:8: Cannot query field 'nobody' on type 'Query'.",
        "rest.yaml:13: Cannot query field 'magazine' on type 'Query'.",
    ]


def test_a_document_may_be_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "me.graphql").write_text("query Me {\n  me { name }\n}\n")
    file = tmp_path / "rest.yaml"
    file.write_text(
        f"{HEAD}routes:\n  - method: GET\n    path: /api/me\n    document: {{ file: me.graphql }}\n"
    )
    [loaded] = load_rest_map(file, SUPERGRAPH).routes
    assert loaded.document.name == "Me"
    (tmp_path / "me.graphql").write_text("query Me {\n  me { cafe }\n}\n")
    with pytest.raises(RestFileError) as refused:
        load_rest_map(file, SUPERGRAPH)
    assert str(refused.value) == "me.graphql:2: Cannot query field 'cafe' on type 'Me'. Did you mean 'name'?"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RestFileError) as refused:
        load_rest_map(tmp_path / "rest.yaml", SUPERGRAPH)
    assert str(refused.value) == f"{tmp_path}/rest.yaml:1: No such file or directory"


PATHS = {
    "One": "/api/books/{id}",
    "Top": "/api/books/top",
    "TopOf": "/api/books/top/{id}",
    "End": "/api/books/{id}/end",
}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/books/top", "Top"),
        ("/api/books/x", "One"),
        ("/api/books/top/x", "TopOf"),
        ("/api/books/top/end", "TopOf"),
        ("/api/books/x/end", "End"),
    ],
)
def test_the_most_literal_path_answers(path: str, name: str) -> None:
    routes = "".join(
        f"  - method: GET\n    path: {template}\n    variables: {{ id: {'path' if '{' in template else 'query'} }}\n"
        f"    document: 'query {operation}($id: ID = 1) {{ book(id: $id) {{ id }} }}'\n"
        for operation, template in PATHS.items()
    )
    api = RestApi(read_rest_map(f"{HEAD}routes:\n{routes}", "rest.yaml", SUPERGRAPH, no_file))
    call = api.match("GET", path, "", {}, b"")
    assert isinstance(call, Call)
    assert call.operation_name == name


@pytest.mark.parametrize(("status", "body"), [(200, b"null"), (204, b"")])
def test_a_null_may_be_no_error(status: int, body: bytes) -> None:
    text = route(more=f"result: book\n    on_null: {status}")
    api = RestApi(read_rest_map(text, "rest.yaml", SUPERGRAPH, no_file))
    call = api.match("GET", "/api/books/b1", "", {}, b"")
    assert isinstance(call, Call)
    response = api.answer(call, {"data": {"book": None}})
    assert (response.status, response.body) == (status, body)
