"""What the directives say, under whatever names they have."""

from __future__ import annotations

import pytest
from graphql import parse

from router.core.demand import Costs, CostsError, ListSize, read_costs
from tests.unit.router.core.demand.shop import COST, supergraph_sdl

TYPES = """
type Query { films(max: Int {cost}(weight: "-3.5"), ids: [ID!]): [Film] {cost}(weight: 5)
  {size}(assumedSize: 7, slicingArguments: ["max", "ids"], requireOneSlicingArgument: false) }
interface Media { title: String {cost}(weight: 1) }
type Film implements Media {cost}(weight: "2.5") { title: String genre: Genre }
enum Genre {cost}(weight: 3) { NOIR }
scalar Blob {cost}(weight: 4)
input Filter { genre: Genre {cost}(weight: 6) }
"""


def _types(cost: str, size: str) -> str:
    return TYPES.replace("{cost}", f"@{cost}").replace("{size}", f"@{size}")


@pytest.mark.parametrize(
    ("link", "cost", "size"),
    [
        (COST, "cost", "listSize"),
        ('@link(url: "https://specs.apollo.dev/cost/v0.1")', "cost", "cost__listSize"),
        ('@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"])', "cost", "listSize"),
        ('@link(url: "https://specs.apollo.dev/cost/v0.1", as: "price")', "price", "price__listSize"),
        (
            '@link(url: "https://specs.apollo.dev/cost/v0.1", as: "p", import: [{name: "@cost", as: "@weight"}])',
            "weight",
            "p__listSize",
        ),
        (
            """@use(url: "https://specs.apollo.dev/link/v1.0", as: "use")
            @use(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", {name: "@listSize", as: "@long"}])""",
            "cost",
            "long",
        ),
        ('@core(feature: "https://specs.apollo.dev/cost/v0.1")', "cost", "cost__listSize"),
    ],
)
def test_directives_have_the_names_that_the_link_gives_them(link: str, cost: str, size: str) -> None:
    sdl = supergraph_sdl(_types(cost, size), link)
    expected = Costs(
        types={"Film": 2.5, "Genre": 3.0, "Blob": 4.0},
        fields={("Query", "films"): 5.0, ("Media", "title"): 1.0},
        arguments={("Query", "films", "max"): -3.5},
        input_fields={("Filter", "genre"): 6.0},
        list_sizes={
            ("Query", "films"): ListSize(7, ("max", "ids"), None, requires_one_slicing_argument=False)
        },
    )
    assert read_costs(sdl) == expected
    assert read_costs(parse(sdl)) == expected


@pytest.mark.parametrize(
    "link",
    ["", '@link(url: "https://specs.apollo.dev/tag/v0.3")', '@link(url: "https://example.com/cost/v0.1")'],
)
def test_what_is_not_linked_is_someone_elses(link: str) -> None:
    assert read_costs(supergraph_sdl(_types("cost", "listSize"), link)) == Costs()


def test_our_own_supergraph_can_be_read() -> None:
    assert read_costs("schema { query: Query } type Query { a: Int }") == Costs()


def test_sized_fields_may_lie_deeper() -> None:
    types = 'type Query { a: Int @listSize(sizedFields: ["page", "results { page other { deep } }"]) }'
    sized = read_costs(supergraph_sdl(types)).list_sizes["Query", "a"].sized_fields
    assert sized is not None
    assert sized.lists == {"page"}
    assert sized.below["results"].lists == {"page"}
    assert sized.below["results"].below["other"].lists == {"deep"}


@pytest.mark.parametrize(
    ("directive", "message"),
    [
        ('@cost(weight: "much")', "weight of Query.a is no number: 'much'"),
        ('@cost(weight: "nan")', "weight of Query.a is no number"),
        ('@cost(weight: "inf")', "weight of Query.a is no number"),
        ('@cost(weight: "1e300")', "weight of Query.a is no number"),
        ("@cost", "weight of Query.a is no number: None"),
        ("@listSize(assumedSize: -1)", "assumed size of Query.a is no size: -1"),
        ("@listSize(assumedSize: true)", "assumed size of Query.a is no size: True"),
        ('@listSize(sizedFields: ["a {"])', "sized fields of Query.a can't be read: Syntax Error"),
    ],
)
def test_what_says_nothing_is_refused(directive: str, message: str) -> None:
    with pytest.raises(CostsError, match=message.replace("(", r"\(")):
        read_costs(supergraph_sdl(f"type Query {{ a: Int {directive} }}"))


def test_costs_can_not_be_changed() -> None:
    costs = read_costs(supergraph_sdl(_types("cost", "listSize")))
    with pytest.raises(TypeError):
        costs.types["Film"] = 0.0  # type: ignore[index]
