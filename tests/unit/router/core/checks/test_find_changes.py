"""What differs between two schemas, and how bad it is to anybody."""

from __future__ import annotations

import pytest
from graphql import BreakingChangeType, build_schema, find_schema_changes

from router.core.checks import find_changes, read_schema

_BASE = "type Query { a: Int } "

# (old, new, what is found as "level CODE coordinate"); both stand behind _BASE.
_CASES = {
    "same": ("type T { f: Int }", "type T { f: Int }", []),
    "type removed": ("type T { f: Int }", "", ["breaking TYPE_REMOVED T"]),
    "type added": ("", "type T { f: Int }", ["safe TYPE_ADDED T"]),
    "kind changed": ("type T { f: Int }", "union T = Query", ["breaking TYPE_KIND_CHANGED T"]),
    "scalar to enum": ("scalar T", "enum T { A }", ["breaking TYPE_KIND_CHANGED T"]),
    "field removed": ("type T { f: Int g: Int }", "type T { f: Int }", ["breaking FIELD_REMOVED T.g"]),
    "field added": ("type T { f: Int }", "type T { f: Int g: Int }", ["safe FIELD_ADDED T.g"]),
    "less null out": ("type T { f: [Int] }", "type T { f: [Int!]! }", ["safe FIELD_TYPE_CHANGED T.f"]),
    "more null out": ("type T { f: [Int!] }", "type T { f: [Int] }", ["breaking FIELD_TYPE_CHANGED T.f"]),
    "other type out": ("type T { f: Int }", "type T { f: ID! }", ["breaking FIELD_TYPE_CHANGED T.f"]),
    "list out": ("type T { f: Int }", "type T { f: [Int] }", ["breaking FIELD_TYPE_CHANGED T.f"]),
    "no list out": ("type T { f: [Int!]! }", "type T { f: Int! }", ["breaking FIELD_TYPE_CHANGED T.f"]),
    "argument removed": (
        "type T { f(x: Int): Int }",
        "type T { f: Int }",
        ["breaking ARGUMENT_REMOVED T.f(x:)"],
    ),
    "optional argument": (
        "type T { f: Int }",
        "type T { f(x: Int! = 1): Int }",
        ["dangerous OPTIONAL_ARGUMENT_ADDED T.f(x:)"],
    ),
    "required argument": (
        "type T { f: Int }",
        "type T { f(x: Int!): Int }",
        ["breaking REQUIRED_ARGUMENT_ADDED T.f(x:)"],
    ),
    "more null in": (
        "type T { f(x: [Int!]!): Int }",
        "type T { f(x: [Int]): Int }",
        ["safe ARGUMENT_TYPE_CHANGED T.f(x:)"],
    ),
    "less null in": (
        "type T { f(x: Int): Int }",
        "type T { f(x: Int!): Int }",
        ["breaking ARGUMENT_TYPE_CHANGED T.f(x:)"],
    ),
    "less null in, with a default": (
        "type T { f(x: Int): Int }",
        "type T { f(x: Int! = 1): Int }",
        ["breaking ARGUMENT_TYPE_CHANGED T.f(x:)", "safe ARGUMENT_DEFAULT_CHANGED T.f(x:)"],
    ),
    "default changed": (
        "type T { f(x: Int = 1): Int }",
        "type T { f(x: Int = 2): Int }",
        ["dangerous ARGUMENT_DEFAULT_CHANGED T.f(x:)"],
    ),
    "default removed": (
        "input I { x: Int = 1 }",
        "input I { x: Int }",
        ["dangerous INPUT_FIELD_DEFAULT_CHANGED I.x"],
    ),
    "default removed, and required": (
        "type T { f(x: [Int!]! = []): Int }",
        "type T { f(x: [Int]!): Int }",
        ["breaking ARGUMENT_DEFAULT_CHANGED T.f(x:)", "safe ARGUMENT_TYPE_CHANGED T.f(x:)"],
    ),
    "default in another order": (
        "input J { a: Int b: Int } input I { x: J = { a: 1, b: 2 } }",
        "input J { a: Int b: Int } input I { x: J = { b: 2, a: 1 } }",
        [],
    ),
    "input field removed": (
        "input I { x: Int y: Int }",
        "input I { x: Int }",
        ["breaking INPUT_FIELD_REMOVED I.y"],
    ),
    "required input field": (
        "input I { x: Int }",
        "input I { x: Int y: Int! }",
        ["breaking REQUIRED_INPUT_FIELD_ADDED I.y"],
    ),
    "optional input field": (
        "input I { x: Int }",
        "input I { x: Int y: Int }",
        ["dangerous OPTIONAL_INPUT_FIELD_ADDED I.y"],
    ),
    "one of": ("input I { x: Int }", "input I @oneOf { x: Int }", ["breaking INPUT_ONE_OF_CHANGED I"]),
    "one of no more": (
        "input I @oneOf { x: Int }",
        "input I { x: Int }",
        ["dangerous INPUT_ONE_OF_CHANGED I"],
    ),
    "enum values": (
        "enum E { A B }",
        "enum E { A C }",
        ["breaking ENUM_VALUE_REMOVED E.B", "dangerous ENUM_VALUE_ADDED E.C"],
    ),
    "union members": (
        "type A { f: Int } type B { f: Int } union U = A",
        "type A { f: Int } type B { f: Int } union U = B",
        ["breaking UNION_MEMBER_REMOVED U", "dangerous UNION_MEMBER_ADDED U"],
    ),
    "interfaces": (
        "interface I { f: Int } interface J { f: Int } type T implements I { f: Int }",
        "interface I { f: Int } interface J { f: Int } type T implements J { f: Int }",
        ["breaking INTERFACE_REMOVED_FROM_TYPE T", "dangerous INTERFACE_ADDED_TO_TYPE T"],
    ),
    "deprecated": (
        "type T { f: Int }",
        'type T { f: Int @deprecated(reason: "g") }',
        ["safe DEPRECATION_ADDED T.f"],
    ),
    "deprecated no more": (
        "enum E { A @deprecated }",
        "enum E { A }",
        ["dangerous DEPRECATION_REMOVED E.A"],
    ),
    "deprecated for another reason": (
        'input I { x: Int @deprecated(reason: "a") }',
        'input I { x: Int @deprecated(reason: "b") }',
        ["safe DEPRECATION_REASON_CHANGED I.x"],
    ),
    "described": (
        "type T { f: Int }",
        '"t" type T { "f" f: Int }',
        ["safe DESCRIPTION_CHANGED T", "safe DESCRIPTION_CHANGED T.f"],
    ),
    "scalar specified": (
        "scalar S",
        'scalar S @specifiedBy(url: "https://example.com")',
        ["dangerous SCALAR_SPECIFICATION_CHANGED S"],
    ),
    "mutations removed": (
        "type Mutation { m: Int }",
        "",
        ["breaking ROOT_TYPE_REMOVED Mutation", "breaking TYPE_REMOVED Mutation"],
    ),
    "mutations added": (
        "",
        "type Mutation { m: Int }",
        ["safe ROOT_TYPE_ADDED Mutation", "safe TYPE_ADDED Mutation"],
    ),
    "directive removed": ("directive @d on FIELD", "", ["breaking DIRECTIVE_REMOVED @d"]),
    "directive added": ("", "directive @d on FIELD", ["safe DIRECTIVE_ADDED @d"]),
    "directive of schemas": ("directive @d on OBJECT", "", []),
    "directive moved": (
        "directive @d on FIELD | OBJECT",
        "directive @d on QUERY",
        ["breaking DIRECTIVE_LOCATION_REMOVED @d", "safe DIRECTIVE_LOCATION_ADDED @d"],
    ),
    "directive repeatable": (
        "directive @d repeatable on FIELD",
        "directive @d on FIELD",
        ["breaking DIRECTIVE_REPEATABLE_REMOVED @d"],
    ),
    "directive's arguments": (
        "directive @d(x: Int, y: Int = 1) on FIELD",
        "directive @d(y: Int = 2, z: Int!) on FIELD",
        [
            "breaking DIRECTIVE_ARGUMENT_REMOVED @d(x:)",
            "breaking REQUIRED_DIRECTIVE_ARGUMENT_ADDED @d(z:)",
            "dangerous DIRECTIVE_ARGUMENT_DEFAULT_CHANGED @d(y:)",
        ],
    ),
}


@pytest.mark.parametrize(("old", "new", "found"), _CASES.values(), ids=_CASES.keys())
def test_a_change_is_found(old: str, new: str, found: list[str]) -> None:
    changes = find_changes(build_schema(_BASE + old), build_schema(_BASE + new))
    assert [f"{change.level} {change.code} {change.coordinate}" for change in changes] == found


@pytest.mark.parametrize(("old", "new"), [case[:2] for case in _CASES.values()], ids=_CASES.keys())
@pytest.mark.parametrize("way", ["forth", "back"])
def test_what_the_reference_calls_breaking_is_breaking(old: str, new: str, way: str) -> None:
    """As often as it does; but neither unused scalars of GraphQL's own nor directives of schemas count."""
    if "OBJECT" in old:
        return
    before, after = (build_schema(_BASE + sdl) for sdl in ((old, new) if way == "forth" else (new, old)))
    reference = [
        change
        for change in find_schema_changes(before, after)
        if isinstance(change.type, BreakingChangeType) and "Standard scalar" not in change.description
    ]
    ours = [change for change in find_changes(before, after) if change.level == "breaking"]
    assert len(ours) >= len(reference)


def test_a_renamed_root_breaks() -> None:
    old = build_schema("schema { query: Q } type Q { a: Int }")
    changes = find_changes(old, build_schema("schema { query: R } type R { a: Int }"))
    assert [(change.code, change.coordinate) for change in changes] == [
        ("ROOT_TYPE_CHANGED", "Q"),
        ("TYPE_REMOVED", "Q"),
        ("TYPE_ADDED", "R"),
    ]


def test_joins_and_what_is_inaccessible_are_no_changes() -> None:
    supergraph = """
      schema { query: Query }
      directive @join__graph(name: String!, url: String!) on ENUM_VALUE
      directive @join__type(graph: join__Graph!) repeatable on OBJECT
      directive @inaccessible on FIELD_DEFINITION
      enum join__Graph { A @join__graph(name: "a", url: "") }
      type Query @join__type(graph: A) { a: Int hidden: Int @inaccessible }
    """
    assert find_changes(read_schema(_BASE), read_schema(supergraph)) == []
    assert find_changes(read_schema(supergraph), read_schema(_BASE)) == []
