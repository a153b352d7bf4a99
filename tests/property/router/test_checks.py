"""An operation that a new schema refuses is felt by one breaking change at least, whatever was changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    build_ast_schema,
    parse,
    print_ast,
    validate_schema,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from router.core.checks import RecordedOperation, check_schemas, read_documents, read_records

_SDL = """
directive @live(every: Int! = 5, unit: Unit) on QUERY | FIELD | INLINE_FRAGMENT
type Query {
  node(id: ID!): Node
  find(by: Filter, units: [Unit!], first: Int = 10): [Found!]
  book(isbn: String): Book!
}
type Mutation { rename(input: Rename!): Book }
interface Node { id: ID! owner(short: Boolean): String }
type Book implements Node { id: ID! owner(short: Boolean): String title: String! unit: Unit also: [Book] }
type Shop implements Node { id: ID! owner(short: Boolean): String books(unit: Unit = OLD): [Book!]! }
union Found = Book | Shop
enum Unit { NEW OLD }
input Filter { unit: Unit = NEW text: String also: [Filter!] limit: Int! = 3 }
input Rename { id: ID! title: String unit: Unit }
"""
_DOCUMENTS = """
query Node { node(id: "1") { id owner ... on Book { title unit } ... on Shop { books { id } } } }
query Short($short: Boolean!) { node(id: 1) { owner(short: $short) ...Titled } }
query Find { find(by: { unit: OLD, also: { text: null, limit: 1 } }, units: NEW) { __typename ...Titled } }
query Any($by: Filter, $units: [Unit!], $first: Int) { find(by: $by, units: $units, first: $first) { ... on Node { id } } }
query One($unit: Unit = NEW) @live(every: 1) { book { also @live(unit: $unit) { title } } }
query Shop($limit: Int!) { find(by: { limit: $limit }) { ... on Shop @live { books(unit: OLD) { unit } } } }
mutation Rename($input: Rename!) { rename(input: $input) { title } }
mutation Title($id: ID!, $title: String) { rename(input: { id: $id, title: $title }) { id } }
fragment Titled on Book { title also { id } }
"""
_RECORDS: list[tuple[str, dict[str, Any]]] = [
    ("query A($by: Filter) { find(by: $by) { __typename } }", {"by": {"unit": "OLD", "limit": 2}}),
    ("query B($by: Filter) { find(by: $by) { __typename } }", {"by": {"also": [{"text": None}]}}),
    ("query C($units: [Unit!]) { find(units: $units) { __typename } }", {"units": ["NEW"]}),
    ("query D($by: Filter) { find(by: $by) { __typename } }", {}),
    ("mutation E($input: Rename!) { rename(input: $input) { id } }", {"input": {"id": 1, "title": "t"}}),
]
_TYPES = [
    "Int",
    "Int!",
    "String",
    "String!",
    "[String]",
    "ID!",
    "Unit",
    "Unit!",
    "[Unit!]",
    "[Unit]",
    "Boolean!",
]
_OUTPUTS = [*_TYPES, "Book", "Book!", "[Book!]", "Shop", "Node", "[Found!]", "Found"]
_INPUTS = [
    *_TYPES,
    "Filter",
    "Filter!",
    "[Filter!]",
    "[Filter]",
    "Rename",
    "Boolean",
    "Int! = 1",
    "Unit! = NEW",
]
_OLD = parse(_SDL, no_location=True)


def _schema(document: DocumentNode) -> GraphQLSchema | None:
    """None when an edit left no sound schema."""
    try:
        schema = build_ast_schema(parse(print_ast(document), no_location=True))
        return None if validate_schema(schema) else schema
    except (GraphQLError, TypeError):
        return None


@st.composite
def _edited(draw: st.DrawFn) -> DocumentNode:
    """The old schema after one to three edits, each somewhere."""
    definitions: list[Any] = list(_OLD.definitions)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(definitions) - 1))
        definitions[place] = _edit(draw, definitions[place])
    return DocumentNode(definitions=tuple(definitions))


_LISTS = ("fields", "values", "types", "interfaces", "arguments", "locations")


def _edit(draw: st.DrawFn, node: Any) -> Any:
    """A definition, or a field with its arguments, with one element removed, added or of another type."""
    name = draw(st.sampled_from([name for name in _LISTS if getattr(node, name, None)]))
    items = list(getattr(node, name))
    place = draw(st.integers(0, len(items) - 1))
    edit = draw(st.sampled_from(["remove", "retype", "add", "inside"]))
    if edit == "remove":
        if len(items) > 1:
            del items[place]
    elif edit == "inside" and getattr(items[place], "arguments", None):
        items[place] = _edit(draw, items[place])
    elif edit == "retype" and hasattr(items[place], "type"):
        items[place] = _retyped(draw, items[place])
    elif edit == "add" and hasattr(items[place], "arguments"):
        added = _input(draw(st.sampled_from(_INPUTS)))
        items[place] = replace(items[place], arguments=(*(items[place].arguments or ()), added))
    elif edit == "add" and name in {"fields", "arguments"}:
        items.append(_input(draw(st.sampled_from(_INPUTS))))
    return replace(node, **{name: tuple(items)})


def _retyped(draw: st.DrawFn, item: Any) -> Node:
    if item.kind == "input_value_definition":
        return _input(draw(st.sampled_from(_INPUTS)), item.name.value)
    arguments = f"({', '.join(map(print_ast, item.arguments))})" if item.arguments else ""
    text = f"type T {{ {item.name.value}{arguments}: {draw(st.sampled_from(_OUTPUTS))} }}"
    definition: Any = parse(text, no_location=True).definitions[0]
    field: Node = definition.fields[0]
    return field


def _input(type_and_default: str, name: str = "added") -> Node:
    text = f"input I {{ {name}: {type_and_default} }}"
    definition: Any = parse(text, no_location=True).definitions[0]
    field: Node = definition.fields[0]
    return field


def _operations() -> list[RecordedOperation]:
    lines = [json.dumps({"query": query, "variables": variables}) for query, variables in _RECORDS]
    return [*read_documents({"d": _DOCUMENTS}), *read_records(lines, "r")]


@given(_edited())
@settings(max_examples=150)
def test_whatever_breaks_is_felt_by_a_breaking_change(edited: DocumentNode) -> None:
    old, new = _schema(_OLD), _schema(edited)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    report = check_schemas(old, new, _operations())
    assert report.outdated == {}
    felt = {
        name for judged in report.changes if judged.change.level == "breaking" for name in judged.hits or {}
    }
    assert set(report.broken) <= felt, (report.broken, print_ast(edited))
