"""A ``rest.yaml`` is held to the graph: documents, variables, results."""

from __future__ import annotations

import pytest

from tests.unit.router.rest.files import (
    ADD,
    ADD_AND_DROP,
    BLIND,
    BOOKS,
    DROP,
    HEAD,
    SOURCES,
    TAGGED,
    TWICE,
    WRONG_FRAGMENT,
    problems,
    route,
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            route("query Q($id: ID!) { book(id: $id) { id"),
            "rest.yaml:9: Syntax Error: Expected Name, found <EOF>.",
        ),
        (
            route("query Q($id: ID!) { book(id: $id) { pages } }"),
            "rest.yaml:8: Cannot query field 'pages' on type 'Book'.",
        ),
        (
            route("query Q($id: ID!) { book(id: $id) { ...Nobody } }"),
            "rest.yaml:8: Unknown fragment 'Nobody'.",
        ),
        (
            route("query Q($id: Int!) { book(id: $id) { id } }"),
            "rest.yaml:8: Variable '$id' of type 'Int!' used in position expecting type 'ID!'.",
        ),
        (route("query ($id: ID!) { book(id: $id) { id } }"), "rest.yaml:8: the operation has no name"),
        (
            route("query A { me { name } } query B { me { name } }"),
            "rest.yaml:8: a document has one operation",
        ),
        (route("fragment F on Book { id }"), "rest.yaml:8: a document has one operation"),
        (
            route("subscription S { me }"),
            "rest.yaml:8: The subscription operation is not supported by the schema.",
        ),
        (route(ADD), "rest.yaml:5: GET writes nothing: a mutation is no document for it"),
        (
            route(BLIND, method="POST", path="/api/books", variables="{ input: body }"),
            "rest.yaml:7: `addBook`: select `userErrors { code message field }` of a payload that has them",
        ),
        (WRONG_FRAGMENT, "rest.yaml:6: Cannot query field 'pages' on type 'Book'."),
        (
            f"{HEAD}fragments: |\n  fragment F on Book {{ id }}\nroutes: []",
            "rest.yaml:5: no document uses the fragment F",
        ),
        (
            f"{HEAD}fragments: |\n  query Q {{ me {{ name }} }}\nroutes: []",
            "rest.yaml:5: only fragments stand here",
        ),
        (TWICE, "rest.yaml:6: fragment F is defined twice"),
        (
            f"{HEAD}fragments: |\n  fragment F on\nroutes: []",
            "rest.yaml:6: Syntax Error: Expected Name, found <EOF>.",
        ),
    ],
)
def test_documents(text: str, problem: str) -> None:
    assert problem in problems(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            route(variables="{ id: path, nobody: query }"),
            "rest.yaml:9: the operation has no variable $nobody",
        ),
        (route(variables="{ id: header }"), f"rest.yaml:9: 'header' is none of {SOURCES}"),
        (route(variables="{ id: path. }"), f"rest.yaml:9: 'path.' is none of {SOURCES}"),
        (route(variables="{ id: 5 }"), f"rest.yaml:9: 5 is none of {SOURCES}"),
        (route(variables="{ id: path.book }"), "rest.yaml:9: the path has no parameter {book}"),
        (route(variables="{ id: query }"), "rest.yaml:6: no variable takes the path parameter {id}"),
        (route(path="/api/books", variables="{}"), "rest.yaml:9: the variable $id: ID! has no source"),
        (route(variables="{ id: body }"), "rest.yaml:9: ID! is no input object: name a member, body.NAME"),
        (route(path="/api/books", variables="{ id: body.id }"), "rest.yaml:9: GET takes no body"),
        (
            route(DROP, method="DELETE", path="/api/books", variables="{ input: body }"),
            "rest.yaml:9: DELETE takes no body",
        ),
        (route(variables="{ id.x: path.id }"), "rest.yaml:9: ID! has no input field `x`"),
        (
            route(ADD, method="POST", variables="{ input: path.id }"),
            "rest.yaml:9: AddBookInput! is an input object, which comes from the body alone",
        ),
        (
            route(ADD, method="POST", variables="{ input: body, input.isbn: path.id }"),
            "rest.yaml:9: AddBookInput! has no input field `isbn`",
        ),
        (
            route(ADD, method="POST", variables="{ input.shelf: path.id }"),
            "rest.yaml:9: the input field $input.title: String! has no source",
        ),
        (
            route(ADD, method="POST", path="/api/books", variables="{}"),
            "rest.yaml:9: the variable $input: AddBookInput! has no source",
        ),
        (
            route(
                BOOKS.replace("String", "[String!]"), path="/api/books/{after}", variables="{ after: path }"
            ),
            "rest.yaml:8: Variable '$after' of type '[String!]' used in position expecting type 'String'.",
        ),
        (
            route(TAGGED, variables="{ t: path.id }"),
            "rest.yaml:9: [String!] is a list, which comes from the query string or the body",
        ),
        (
            route(ADD_AND_DROP, method="POST", path="/api/x", variables="{ a: body, b: body }"),
            "rest.yaml:11: only one variable takes the whole body, and then none a member of it",
        ),
    ],
)
def test_variables(text: str, problem: str) -> None:
    assert problem in problems(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (route(more="result: magazine"), "rest.yaml:10: `magazine` is not among what is selected of Query"),
        (
            route(more="result: book.id"),
            "rest.yaml:10: `id` is no object: a body is one, so that it can grow",
        ),
        (
            route(BOOKS, path="/api/b", variables="{ after: query }", more="result: books.edges"),
            "rest.yaml:10: `edges` is no object: a body is one, so that it can grow",
        ),
        (
            route("query Q($id: ID!) { book(id: $id) { errors: id } }", more="result: book"),
            "rest.yaml:10: `errors` is where a body tells its errors: use an alias",
        ),
        (route(more="page: true"), "rest.yaml:10: Query: a page selects `edges { node { … } }`"),
        (
            route(
                BOOKS.replace("endCursor", ""),
                path="/api/b",
                variables="{ after: query }",
                more="page: true\n    result: books",
            ),
            "rest.yaml:10: Books: a page selects `pageInfo { hasNextPage endCursor }`",
        ),
        (
            route(
                BOOKS.replace("edges {", "items: edges { cursor } edges {"),
                path="/api/b",
                variables="{ after: query }",
                more="page: true\n    result: books",
            ),
            "rest.yaml:10: `items` is where a page has its nodes: use an alias",
        ),
        (
            route(
                BOOKS,
                path="/api/b",
                variables="{ after: query.cursor }",
                more="page: true\n    result: books",
            ),
            "rest.yaml:10: a page takes `after` from the query string",
        ),
        (
            route(more="result: book\n    location: /api/books/{isbn}"),
            "rest.yaml:11: `isbn` is no value of the result",
        ),
        (route(more="location: /api/books/{book}"), "rest.yaml:10: `book` is no value of the result"),
    ],
)
def test_results(text: str, problem: str) -> None:
    assert problem in problems(text)
