"""Requests that are refused before anything is fetched, and what is read off those that aren't."""

from __future__ import annotations

import pytest

from router.core.operation import OperationError, OperationLimits, prepare_operation
from router.core.supergraph import SupergraphError, load_supergraph
from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.support.shop import make_shop

SHOP = make_shop()


@pytest.mark.parametrize(
    ("source", "name", "code"),
    [
        ("{ me {", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nobody }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { me { id } } query B { me { id } }", None, "OPERATION_RESOLUTION_FAILURE"),
        ("query A { me { id } }", "C", "OPERATION_RESOLUTION_FAILURE"),
        ("mutation { buy }", None, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_a_wrong_document_has_a_code(source: str, name: str | None, code: str) -> None:
    with pytest.raises(OperationError) as refused:
        prepare_operation(SHOP.supergraph, source, name)
    assert {error["extensions"]["code"] for error in refused.value.errors} == {code}


def test_a_document_of_too_many_tokens_is_not_read() -> None:
    with pytest.raises(OperationError) as refused:
        prepare_operation(SHOP.supergraph, "{ me { id name email } }", limits=OperationLimits(max_tokens=5))
    assert refused.value.errors[0]["extensions"]["code"] == "MAX_TOKENS_LIMIT"


def test_variables_are_checked_and_defaults_filled_in() -> None:
    operation = prepare_operation(SHOP.supergraph, 'query($upc: ID! = "b1") { product(upc: $upc) { upc } }')
    assert operation.coerce_variables({}) == {"upc": "b1"}
    assert operation.coerce_variables({"upc": "f1", "unknown": 1}) == {"upc": "f1"}
    with pytest.raises(OperationError) as refused:
        operation.coerce_variables({"upc": None})
    assert refused.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_tag_is_found_behind_fragments() -> None:
    sdl = 'type Query { a: T b: T } type T { open: Int mine: Int @tag(name: "viewer") }'
    graph = MemoryGraph([MemorySubgraph("a", sdl, {})])
    with_tag = prepare_operation(graph.supergraph, "{ a { open } b { ...F } } fragment F on T { mine }")
    without = prepare_operation(graph.supergraph, "{ a { open } }")
    assert with_tag.selects_tag("viewer")
    assert not without.selects_tag("viewer")


@pytest.mark.parametrize("sdl", ["type Query { a: Int }", "type Query {", "type A { b: Missing }"])
def test_what_is_no_supergraph_is_refused(sdl: str) -> None:
    with pytest.raises(SupergraphError):
        load_supergraph(sdl)
