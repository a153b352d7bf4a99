"""What an operation relies on, printed as ``USE coordinate``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import build_schema

from router.core.checks.read_operations import read_documents, read_records
from router.core.checks.trace_operation import trace_operation

SCHEMA = build_schema(
    """
    directive @live(every: Int = 5) on QUERY | FIELD
    type Query { node(id: ID!): Node  find(by: Filter, sort: Sort = NEW, first: Int): [Found!] }
    interface Node { id: ID! owner(short: Boolean = false): String }
    type Book implements Node { id: ID! owner(short: Boolean = false): String title: String }
    type Shop implements Node { id: ID! owner(short: Boolean = true): String }
    union Found = Book | Shop
    enum Sort { NEW OLD }
    input Filter { sort: Sort  text: String = "x"  also: [Filter!]  limit: Int! = 3 }
    """
)


def _traces(text: str) -> set[str]:
    [operation] = read_documents({"": text})
    return {f"{trace.use.name} {trace.coordinate}" for trace in trace_operation(SCHEMA, operation)}


def _traces_with(text: str, variables: dict[str, Any]) -> set[str]:
    [operation] = read_records([json.dumps({"query": text, "variables": variables})], "r")
    return {f"{trace.use.name} {trace.coordinate}" for trace in trace_operation(SCHEMA, operation)}


def test_selections_leave_their_coordinates() -> None:
    assert _traces('{ node(id: "1") { id ...B } } fragment B on Book { title }') == {
        "RUNS query",
        "SELECTS Query.node",
        "RETURNS Node",
        "GIVES Query.node(id:)",
        "SENDS ID",
        "SELECTS Node.id",
        "RETURNS ID",
        "NAMES Book",
        "NARROWS Node > Book",
        "SELECTS Book.title",
        "RETURNS String",
    }


def test_what_is_left_out_of_an_abstract_field_is_left_out_of_its_objects() -> None:
    traces = _traces('{ node(id: "1") { owner } }')
    omitted = {"Node.owner(short:)", "Book.owner(short:)", "Shop.owner(short:)"}
    assert {trace for trace in traces if trace.startswith("OMITS")} == {f"OMITS {each}" for each in omitted}


def test_literals_leave_their_inputs() -> None:
    traces = _traces("{ find(by: { sort: OLD, also: { limit: 1, text: null } }) { __typename } }")
    assert {trace for trace in traces if trace.split()[0] in {"GIVES", "GIVES_NULL", "OMITS"}} == {
        "GIVES Query.find(by:)",
        "OMITS Query.find(sort:)",
        "OMITS Query.find(first:)",
        "GIVES Filter.sort",
        "GIVES Sort.OLD",
        "GIVES Filter.also",
        "GIVES Filter.limit",
        "GIVES Filter.text",
        "GIVES_NULL Filter.text",
        "OMITS Filter.sort",
        "OMITS Filter.text",
        "OMITS Filter.also",
        "OMITS Filter.limit",
    }


def test_a_variable_whose_values_nobody_knows_may_carry_any() -> None:
    traces = _traces("query($by: Filter!) { find(by: $by) { __typename } }")
    assert {
        "NAMES Filter",
        "SENDS Filter",
        "GIVES Sort.NEW",
        "GIVES Sort.OLD",
        "GIVES Filter.limit",
        "OMITS Filter.limit",
        "GIVES_NULL Filter.text",
    } <= traces
    assert {"GIVES_NULL Filter.limit", "GIVES_NULL Query.find(by:)", "OMITS Query.find(by:)"}.isdisjoint(
        traces
    )


def test_a_variable_whose_value_was_recorded_carries_that() -> None:
    text = "query($by: Filter!, $first: Int) { find(by: $by, first: $first) { __typename } }"
    traces = _traces_with(text, {"by": {"sort": "OLD", "text": None}})
    assert {trace for trace in traces if trace.split()[0] in {"GIVES", "GIVES_NULL", "OMITS"}} == {
        "GIVES Query.find(by:)",
        "OMITS Query.find(sort:)",
        "GIVES Query.find(first:)",
        "GIVES_NULL Query.find(first:)",
        "OMITS Query.find(first:)",
        "GIVES Filter.sort",
        "GIVES Sort.OLD",
        "GIVES Filter.text",
        "GIVES_NULL Filter.text",
        "OMITS Filter.also",
        "OMITS Filter.limit",
    }


@pytest.mark.parametrize("sort", ["$sort: Sort = OLD", "$sort: Sort! = OLD"])
def test_a_variable_that_was_not_sent_has_its_default(sort: str) -> None:
    traces = _traces_with(f"query({sort}) {{ find(sort: $sort) {{ __typename }} }}", {})
    assert "GIVES Sort.OLD" in traces
    assert {"GIVES Sort.NEW", "OMITS Query.find(sort:)"}.isdisjoint(traces)


def test_directives_leave_where_they_stand() -> None:
    traces = _traces("query @live(every: 1) { find { ... on Book { id @live } } }")
    assert {trace for trace in traces if "@" in trace} == {
        "APPLIES @live",
        "APPLIES @live on QUERY",
        "APPLIES @live on FIELD",
        "GIVES @live(every:)",
        "OMITS @live(every:)",
    }


def test_a_fragment_that_comes_again_is_followed_once_under_each_type() -> None:
    traces = _traces('{ node(id: "1") { ...N } find { ...N ...N } } fragment N on Node { id }')
    assert {trace for trace in traces if trace.startswith("NARROWS")} == {
        "NARROWS Node > Node",
        "NARROWS Found > Node",
    }
