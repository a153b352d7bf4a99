"""Maps with one route, and what is wrong with them."""

from __future__ import annotations

import pytest

from router.rest import RestFileError, read_rest_map
from tests.unit.router.rest.books import make_shop, no_file

SUPERGRAPH = make_shop().supergraph
HEAD = 'title: T\nversion: "1"\nbase: /api\n'


def problems(text: str) -> list[str]:
    with pytest.raises(RestFileError) as refused:
        read_rest_map(text, "rest.yaml", SUPERGRAPH, no_file)
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]


def route(
    document: str = "query Q($id: ID!) { book(id: $id) { id } }",
    *,
    method: str = "GET",
    path: str = "/api/books/{id}",
    variables: str = "{ id: path }",
    more: str = "",
) -> str:
    """Its first line is line 5 of the file: method 5, path 6, document 7, text 8, variables 9, more 10."""
    return (
        f"{HEAD}routes:\n"
        f"  - method: {method}\n"
        f"    path: {path}\n"
        "    document: |\n"
        f"      {document}\n"
        f"    variables: {variables}\n"
        f"    {more}\n"
    )


ADD = (
    "mutation M($input: AddBookInput!) { addBook(input: $input) { book { id } userErrors { code message } } }"
)
DROP = "mutation M($input: DropBookInput!) { dropBook(input: $input) { droppedId } }"
BOOKS = "query Q($after: String) { books(after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }"
ADD_AND_DROP = """mutation M($a: AddBookInput!, $b: DropBookInput!) {
        addBook(input: $a) { userErrors { code message } } dropBook(input: $b) { droppedId }
      }"""
BLIND = "mutation M($input: AddBookInput!) { addBook(input: $input) { book { id } } }"
TAGGED = "query Q($t: [String!]) { books(tags: $t) { edges { cursor } } }"
WRONG_FRAGMENT = f"""{HEAD}fragments: |

  fragment F on Book {{ pages }}
routes:
  - method: GET
    path: /api/x/{{id}}
    variables: {{ id: path }}
    document: 'query Q($id: ID!) {{ book(id: $id) {{ ...F }} }}'
"""
TWICE = f"""{HEAD}fragments: |
  fragment F on Book {{ id }}
  fragment F on Book {{ id }}
routes: []
"""
SOURCES = "path, path.NAME, query, query.NAME, body, body.NAME"
