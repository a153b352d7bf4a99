"""Supergraphs of every join specification."""

from __future__ import annotations

import pytest
from graphql import print_schema

from router.core.execution import Execution
from router.core.operation import prepare_operation
from router.core.planner import plan_operation, print_plan
from router.core.supergraph import Supergraph, SupergraphError, load_supergraph

FEDERATION_1 = """
schema
  @core(feature: "https://specs.apollo.dev/core/v0.1")
  @core(feature: "https://specs.apollo.dev/join/v0.1") { query: Query }
directive @core(feature: String!) repeatable on SCHEMA
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
scalar join__FieldSet
enum join__Graph { ACCOUNTS @join__graph(name: "accounts" url: "") REVIEWS @join__graph(name: "reviews" url: "") }
type Query { me: User @join__field(graph: ACCOUNTS) top: [Review] @join__field(graph: REVIEWS) }
type User
  @join__owner(graph: ACCOUNTS)
  @join__type(graph: ACCOUNTS, key: "id")
  @join__type(graph: REVIEWS, key: "id")
{
  id: ID! @join__field(graph: ACCOUNTS)
  name: String @join__field(graph: ACCOUNTS)
  badge: String @join__field(graph: REVIEWS, requires: "name")
  reviews: [Review] @join__field(graph: REVIEWS)
}
type Review { body: String author: User }
"""
FEDERATION_2_9 = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden", for: SECURITY) { query: Query }
directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
directive @hidden on FIELD_DEFINITION
directive @lower(locale: String) on FIELD
scalar context__ContextFieldValue
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
type Query @join__type(graph: A) @join__type(graph: B) {
  shops: [Shop!] @join__field(graph: A)
  secret: Int @join__field(graph: A) @hidden
}
type Shop @join__type(graph: A, key: "id") @context(name: "a__shop") {
  id: ID!
  currency: String!
  items: [Item!]!
}
type Item @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  price(net: Boolean): String @join__field(graph: A, contextArguments:
    [{ context: "a__shop", name: "currency", type: "String!", selection: "{ currency }" }])
  name: String @join__field(graph: B)
}
"""


def _plan(supergraph: Supergraph, source: str) -> list[str]:
    printed = print_plan(plan_operation(supergraph, prepare_operation(supergraph, source)))
    return [line.split('"')[1] for line in printed.splitlines() if "service" in line]


def test_a_federation_1_supergraph() -> None:
    supergraph = load_supergraph(FEDERATION_1)
    assert _plan(supergraph, "{ me { name reviews { body author { id } } } }") == ["accounts", "reviews"]
    assert _plan(supergraph, "{ top { author { badge } } }") == ["reviews", "accounts", "reviews"]


def test_what_belongs_to_specifications_is_hidden() -> None:
    printed = print_schema(load_supergraph(FEDERATION_2_9).api_schema)
    for name in ("secret", "currency:  String", "context", "join", "hidden"):
        assert name not in printed
    assert "price(net: Boolean): String" in printed
    assert "directive @lower(locale: String) on FIELD" in printed


def test_directives_for_operations_are_passed_on() -> None:
    supergraph = load_supergraph(FEDERATION_2_9)
    source = 'query ($l: String) { shops { id @lower(locale: $l) items { name @lower(locale: "nb") } } }'
    first, second = plan_operation(supergraph, prepare_operation(supergraph, source)).fetches
    assert first.query == "query($l: String) { shops { id @lower(locale: $l) items { id } } }"
    assert '... on Item { name @lower(locale: "nb") }' in second.query


def test_contexts_are_read_from_the_object_above() -> None:
    supergraph = load_supergraph(FEDERATION_2_9)
    operation = prepare_operation(supergraph, "{ shops { items { price(net: true) } } }")
    execution = Execution(plan_operation(supergraph, operation), operation, {})
    [first] = execution.start()
    assert first.query == "{ shops { items { id } currency } }"
    euro, krone = [{"id": "1"}, {"id": "2"}], [{"id": "1"}]
    shops = [
        {"currency": "EUR", "items": euro},
        {"currency": "NOK", "items": krone},
        {"currency": "EUR", "items": []},
    ]
    requests = execution.receive(first.id, {"data": {"shops": shops}})
    query = (
        "query($representations: [_Any!]!, $a__shop_currency_1: String!) { _entities(representations: "
        "$representations) { ... on Item { price(net: true, currency: $a__shop_currency_1) } } }"
    )
    assert [request.query for request in requests] == [query, query]
    assert [request.variables["a__shop_currency_1"] for request in requests] == ["EUR", "NOK"]
    for request in requests:
        currency = request.variables["a__shop_currency_1"]
        entities = [{"price": f"{each['id']} {currency}"} for each in request.variables["representations"]]
        assert execution.receive(request.id, {"data": {"_entities": entities}}) == []
    assert execution.result() == {
        "data": {
            "shops": [
                {"items": [{"price": "1 EUR"}, {"price": "2 EUR"}]},
                {"items": [{"price": "1 NOK"}]},
                {"items": []},
            ]
        }
    }


@pytest.mark.parametrize(
    "text", ["", "type Query {", "type Query { a: Int }", "enum join__Graph { A } type Query { a: B }"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SupergraphError):
        load_supergraph(text)
