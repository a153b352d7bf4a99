"""A supergraph of one subgraph, from plain types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from router.core.demand import ActualCost, Costs, Formula, compile_estimate, read_costs
from router.core.operation import prepare_operation
from router.core.supergraph import Supergraph, load_supergraph

COST = '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])'


def supergraph_sdl(types: str, link: str = COST) -> str:
    root = "query: Query" + (" mutation: Mutation" if "type Mutation" in types else "")
    root += " subscription: Subscription" if "type Subscription" in types else ""
    return f"""
schema @link(url: "https://specs.apollo.dev/link/v1.0") {link} {{ {root} }}
enum join__Graph {{ SHOP @join__graph(name: "shop", url: "http://shop") }}
{types}
"""


class Priced:
    """Weighs documents. Lists of which nothing is said have 100 items, as in Apollo's own tests."""

    def __init__(self, types: str, link: str = COST, list_size: int = 100) -> None:
        sdl = supergraph_sdl(types, link)
        self.supergraph: Supergraph = load_supergraph(sdl)
        self.costs: Costs = read_costs(sdl)
        self._list_size = list_size

    def formula(self, document: str) -> Formula:
        operation = prepare_operation(self.supergraph, document)
        return compile_estimate(self.costs, self.supergraph.api_schema, operation, self._list_size)

    def estimate(self, document: str, **variables: Any) -> float:
        coerced = prepare_operation(self.supergraph, document).coerce_variables(variables)
        return self.formula(document).cost(coerced)

    def actual(self, document: str, data: Mapping[str, Any] | None, **variables: Any) -> float:
        operation = prepare_operation(self.supergraph, document)
        coerced = operation.coerce_variables(variables)
        return ActualCost(self.costs, self.supergraph.api_schema, operation).of(data, coerced)


SLICED = Priced(
    """
type Query {
  users(first: Int, last: Int): [User] @listSize(slicingArguments: ["first", "last"])
  loose(first: Int, last: Int, max: Int = 4): [User]
    @listSize(slicingArguments: ["first", "last"], assumedSize: 6, requireOneSlicingArgument: false)
  films(first: Int = 10, after: ID): Films @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
  byIds(ids: [ID!]!): [User] @listSize(slicingArguments: ["ids"])
  search(input: Search): [User]
    @listSize(slicingArguments: ["input.page.first"], assumedSize: 25, requireOneSlicingArgument: false)
  unsaid(first: Int): Films
    @listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)
  deep(first: Int = 10): Deep
    @listSize(slicingArguments: ["first"], sizedFields: ["page", "results { page }"])
  huge(first: Long): [User] @listSize(slicingArguments: ["first"])
}
scalar Long
type User { name: String friends: [User] }
type Films { edges: [Edge] own: [User] total: Int }
type Edge { node: User }
type Deep { page: [User] results: Results pages: [Results] }
type Results { page: [User] other: [User] }
input Search { page: Page text: String }
input Page { first: Int = 3 after: ID }
""",
)
