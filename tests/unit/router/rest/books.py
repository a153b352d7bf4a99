"""A bookshop in memory, and REST in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from router.rest import RestApi, RestRequest, RestResponse, handle, read_rest_map
from tests.support.federation import MemoryGraph, MemorySubgraph

ROOT = Path(__file__).parents[4]
SDL = """
type Query {
  book(id: ID!): Book
  books(first: Int, after: String, tags: [String!], cheap: Boolean, under: Float, order: Order): Books!
  me: Me
}
type Mutation {
  addBook(input: AddBookInput!): AddBookPayload!
  dropBook(input: DropBookInput!): DropBookPayload!
}
"A thing to read."
type Book @key(fields: "id") { id: ID! title: String! price: Float isSold: Boolean! }
type Books { edges: [BookEdge!]! pageInfo: PageInfo! }
type BookEdge { cursor: String! node: Book }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Me { name: String! }
"How books are sorted."
enum Order { "By title." TITLE "By price." PRICE }
input AddBookInput { shelf: ID! title: String! price: Float = 1.5 by: AuthorInput clientMutationId: String }
input AuthorInput { name: String! }
input DropBookInput { id: ID! why: String }
type AddBookPayload { book: Book userErrors: [AddBookUserError!]! }
enum AddBookErrorCode { "There is one." TITLE_TAKEN SHELF_NOT_FOUND TITLE_EMPTY }
type AddBookUserError { code: AddBookErrorCode! message: String! field: [String!] }
type DropBookPayload { droppedId: ID }
"""
REVIEWS = """
type Book @key(fields: "id") { id: ID! stars: Int }
"""
REST = """\
title: Books
version: "1"
base: /api
fragments: |
  fragment Whole on Book { id title price stars }
routes:
  - method: GET
    path: /api/books/{id}
    document: |
      query Book($id: ID!) { book(id: $id) { ...Whole } }
    variables: { id: path }
    result: book
  - method: GET
    path: /api/books
    document: |
      query Books(
        $first: Int, $after: String, $tags: [String!], $cheap: Boolean, $under: Float = 2.5, $order: Order
      ) {
        books(first: $first, after: $after, tags: $tags, cheap: $cheap, under: $under, order: $order) {
          edges { node { ...Whole } } pageInfo { hasNextPage endCursor }
        }
      }
    variables:
      first: query
      after: query
      tags: query.tag
      cheap: query
      under: query
      order: query
    result: books
    page: true
  - method: POST
    path: /api/shelves/{shelf}/books
    document: |
      mutation AddBook($input: AddBookInput!) {
        addBook(input: $input) { book { ...Whole } userErrors { code message field } }
      }
    variables: { input: body, input.shelf: path }
    result: addBook.book
    status: 201
    location: /api/books/{id}
  - method: DELETE
    path: /api/books/{id}
    document: |
      mutation DropBook($input: DropBookInput!) { dropBook(input: $input) { droppedId } }
    variables: { input.id: path.id, input.why: query.why }
    status: 204
  - method: PATCH
    path: /api/books/{id}
    document: |
      mutation Retitle($id: ID!, $title: String!, $by: AuthorInput) {
        addBook(input: { shelf: $id, title: $title, by: $by }) { book { id } userErrors { code message field } }
      }
    variables: { id: path, title: body.title, by: body.author }
    result: addBook.book
  - method: GET
    path: /api/me
    document: |
      query Me { me { name } }
    result: me
    on_null: 401
"""


def no_file(_: str) -> str:
    raise FileNotFoundError(2, "No such file or directory")


def make_shop() -> MemoryGraph:
    """Two books; resolvers read and write ``titles``."""
    titles = {"b1": "Emma", "b2": "Ulysses"}

    def book(id: str) -> dict[str, object] | None:
        if id not in titles:
            return None
        return {"__typename": "Book", "id": id, "title": titles[id], "price": 2.5, "isSold": False}

    def books(_info: object, **given: object) -> dict[str, object]:
        after = str(given.get("after") or "")
        found = [id for id in sorted(titles) if id > after][: int(str(given.get("first") or 2))]
        info = {
            "hasNextPage": bool(found) and found[-1] < max(titles),
            "endCursor": found[-1] if found else None,
        }
        return {"edges": [{"cursor": id, "node": book(id)} for id in found], "pageInfo": info}

    def add_book(_info: object, input: dict[str, str]) -> dict[str, object]:
        if input["title"] in titles.values():
            error = {"code": "TITLE_TAKEN", "message": "There is one.", "field": ["title"]}
            return {"userErrors": [error]}
        if input["shelf"] == "none":
            error = {"code": "SHELF_NOT_FOUND", "message": "No such shelf.", "field": ["shelf"]}
            return {"userErrors": [error]}
        titles["b3"] = input["title"]
        return {"book": book("b3"), "userErrors": []}

    def drop_book(_info: object, input: dict[str, str]) -> dict[str, object]:
        return {"droppedId": titles.pop(input["id"], None) and input["id"]}

    roots = {
        "book": lambda _info, id: book(id),
        "books": books,
        "me": None,
        "addBook": add_book,
        "dropBook": drop_book,
    }
    catalog = MemorySubgraph("catalog", SDL, roots, lambda representation: book(representation["id"]))
    reviews = MemorySubgraph(
        "reviews", REVIEWS, {}, lambda given: {"__typename": "Book", "id": given["id"], "stars": 5}
    )
    return MemoryGraph([catalog, reviews])


class Shop:
    """A shop and its façade. ``executed`` are the operations that the graph was asked for; ``response`` is told
    instead of the graph's where there is one.
    """

    def __init__(self) -> None:
        self.graph = make_shop()
        self.api = RestApi(read_rest_map(REST, "rest.yaml", self.graph.supergraph, no_file))
        self.executed: list[tuple[str, dict[str, Any], Mapping[str, str]]] = []
        self.response: dict[str, Any] | None = None

    async def execute(
        self, query: str, variables: dict[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        self.executed.append((query, variables, headers))
        return self.graph.run(query, variables) if self.response is None else self.response

    async def ask(
        self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> RestResponse:
        """``body`` is JSON unless it is bytes."""
        path, _, query = target.partition("?")
        data = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        given = {"content-type": "application/json"} if data else {}
        request = RestRequest(method, path, query, {**given, **(headers or {})}, data)
        return await handle(self.api, request, self.execute)


def told(response: RestResponse) -> Any:
    """The JSON of an answer; its length and type are what its headers say."""
    assert response.headers["content-length"] == str(len(response.body))
    assert response.headers["content-type"].startswith("application/")
    return orjson.loads(response.body)
