"""JSON Schemas of what is unusual: unions, interfaces, conditions, names that clash."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLInputObjectType, build_schema
from openapi_spec_validator import OpenAPIV31SpecValidator

from router.rest import RestApi, read_rest_map
from router.rest.openapi.components import Components
from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.unit.router.rest.books import no_file

SDL = """
scalar Stamp
type Query { pet(kind: [Kind!], at: Stamp, by: Float! = 1.5): Pet node: Node things: [[Thing]!]! }
type Mutation { pick(one: Pick!, many: [Box!]): Thing! }
interface Node { id: ID! }
union Pet = Cat | Dog
enum Kind { "Says meow." CAT DOG }
type Cat implements Node { id: ID! lives: Int! friend: Dog owner: Human }
type Dog implements Node { id: ID! tricks: [String!]! friend: Cat @deprecated(reason: "They fight.") owner: Robot }
type Human { name: String! }
type Robot { name: String! version: Int! }
type Thing { kind: Kind at: Stamp }
input Pick { box: Box name: String }
input Box { size: Int! = 3 inner: Box kinds: [Kind!] = [CAT] }
"""
REST = """\
title: Pets
version: "1"
base: /api
routes:
  - method: GET
    path: /api/pet
    document: |
      query Pet($kind: [Kind!], $at: Stamp, $by: Float! = 1.5, $more: Boolean! = false) {
        pet(kind: $kind, at: $at, by: $by) {
          __typename
          ... on Node { id }
          ... on Cat { lives owner { name } }
          ... on Dog { owner { version } friend @include(if: $more) { ...Kind } }
        }
      }
      fragment Kind on Cat { id }
    variables: { kind: query, at: query, by: query, more: query }
    result: pet
  - method: GET
    path: /api/node
    document: |
      query Node { node { id ... on Dog { tricks } } }
    result: node
    on_null: 200
  - method: GET
    path: /api/things
    document: |
      query Things { things { ...Kind } }
      fragment Kind on Thing { kind at }
  - method: POST
    path: /api/pick
    document: |
      mutation Pick($one: Pick!, $many: [Box!]) { pick(one: $one, many: $many) { kind } }
    variables: { one: body.one, many: body.many }
    result: pick
"""


def make_document() -> Any:
    graph = MemoryGraph([MemorySubgraph("pets", SDL, {})])
    return RestApi(read_rest_map(REST, "rest.yaml", graph.supergraph, no_file)).openapi


DOCUMENT = make_document()
SCHEMAS = DOCUMENT["components"]["schemas"]


def test_it_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_what_one_type_alone_has_may_be_missing() -> None:
    pet = SCHEMAS["PetResult"]
    assert pet["required"] == ["__typename", "id"]
    assert pet["properties"]["owner"] == {
        "type": ["object", "null"],
        "properties": {"name": {"type": "string"}, "version": {"type": "integer", "format": "int32"}},
    }
    assert pet["properties"]["friend"]["deprecated"] is True
    assert SCHEMAS["NodeResult"]["required"] == ["id"]


def test_two_fragments_and_an_enum_may_have_one_name() -> None:
    names = sorted(name for name in SCHEMAS if name.startswith("Kind"))
    assert names == ["Kind", "Kind_", "Kind__"]
    assert sorted(SCHEMAS[name]["type"] for name in names) == ["object", "object", "string"]


def test_lists_may_be_nested() -> None:
    things = SCHEMAS["ThingsResult"]["properties"]["things"]
    assert (things["type"], things["items"]["type"]) == ("array", "array")
    thing, null = things["items"]["items"]["anyOf"]
    assert (set(SCHEMAS[thing["$ref"].rpartition("/")[2]]["properties"]), null) == (
        {"kind", "at"},
        {"type": "null"},
    )


def test_parameters_are_of_the_types_of_variables() -> None:
    [kind, at, by, more, _] = DOCUMENT["paths"]["/pet"]["get"]["parameters"]
    assert kind["schema"] == {"type": "array", "items": {"type": "string", "enum": ["CAT", "DOG"]}}
    assert at["schema"] == {}
    assert (by["schema"], by.get("required")) == ({"type": "number"}, None)
    assert (more["schema"], more.get("required")) == ({"type": "boolean"}, None)


def test_a_null_that_is_no_error_is_in_the_schema() -> None:
    answer = DOCUMENT["paths"]["/node"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["anyOf"][1] == {"type": "null"}
    assert "404" not in DOCUMENT["paths"]["/node"]["get"]["responses"]


def test_inputs_have_their_defaults() -> None:
    box = SCHEMAS["Box"]["properties"]
    assert (box["size"]["default"], box["kinds"]["default"]) == (3, ["CAT"])
    assert box["inner"]["anyOf"][0] == {"$ref": "#/components/schemas/Box"}
    assert SCHEMAS["PickBody"]["required"] == ["one"]


def test_an_input_says_when_one_of_its_fields_is_wanted() -> None:
    type_ = build_schema("type Query { a: Int } input Pick @oneOf { a: Int b: Int }").type_map["Pick"]
    assert isinstance(type_, GraphQLInputObjectType)
    schema = Components().input_object(type_)
    assert (schema["minProperties"], schema["maxProperties"]) == (1, 1)
