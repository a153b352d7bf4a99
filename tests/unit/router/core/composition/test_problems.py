"""What does not compose, by Apollo's codes."""

from __future__ import annotations

import pytest

from router.core.composition import CompositionError, SubgraphSource, compose
from tests.unit.router.core.composition.federation import messages_of, problems_of

Q = "type Query { q: Int @shareable }\n"

ONE_SUBGRAPH = {
    "INVALID_GRAPHQL": "type Query { q: Unknown }",
    "KEY_INVALID_FIELDS": Q + 'type T @key(fields: "id nope") { id: ID! }',
    "KEY_INVALID_FIELDS_TYPE": Q + "type T @key(fields: 1) { id: ID! }",
    "KEY_FIELDS_HAS_ARGS": Q + 'type T @key(fields: "id") { id(x: Int): ID! }',
    "KEY_FIELDS_SELECT_INVALID_TYPE": Q + 'type T @key(fields: "i { id }") { i: I } interface I { id: ID! }',
    "KEY_DIRECTIVE_IN_FIELDS_ARG": Q + 'type T @key(fields: "id @skip(if: true)") { id: ID! }',
    "REQUIRES_INVALID_FIELDS": Q + 'type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y {") }',
    "REQUIRES_FIELDS_MISSING_EXTERNAL": Q
    + 'type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y") y: Int }',
    "PROVIDES_INVALID_FIELDS": 'type Query { t: T @provides(fields: "nope") } type T { x: Int }',
    "PROVIDES_FIELDS_MISSING_EXTERNAL": 'type Query { t: T @provides(fields: "x") } type T { x: Int }',
    "PROVIDES_ON_NON_OBJECT_FIELD": 'type Query { t: Int @provides(fields: "x") }',
    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION": Q
    + 'interface M @key(fields: "id") { id: ID! } type V implements M { id: ID! }',
    "EXTERNAL_UNUSED": Q + 'type T @key(fields: "id") { id: ID! x: Int @external }',
    "EXTERNAL_ON_INTERFACE": Q + "interface I { x: Int @external }",
    "OVERRIDE_ON_INTERFACE": Q + 'interface I { x: Int @override(from: "b") }',
    "INVALID_SHAREABLE_USAGE": Q + "interface I { x: Int @shareable }",
    "INTERFACE_OBJECT_USAGE_ERROR": Q + "type T @interfaceObject { x: Int }",
    "OVERRIDE_FROM_SELF_ERROR": 'type Query { q: Int @override(from: "a") }',
    "NO_QUERIES": "type T { x: Int }",
    "QUERY_ROOT_TYPE_INACCESSIBLE": "type Query @inaccessible { q: Int }",
    "ONLY_INACCESSIBLE_CHILDREN": Q + "type T { x: Int @inaccessible }",
    "REFERENCED_INACCESSIBLE": Q + "type T @inaccessible { x: Int } type U { t: T }",
    "REQUIRED_INACCESSIBLE": "type Query { q(x: Int! @inaccessible): Int }",
    "IMPLEMENTED_BY_INACCESSIBLE": Q
    + "interface I { x: Int } type T implements I { x: Int @inaccessible y: Int }",
}


@pytest.mark.parametrize("code", ONE_SUBGRAPH)
def test_a_subgraph_may_be_wrong_by_itself(code: str) -> None:
    assert [found for found, _ in problems_of(a=ONE_SUBGRAPH[code])] == [code]


TWO_SUBGRAPHS = {
    "INVALID_FIELD_SHARING": ("type Query { q: Int }", "type Query { q: Int @shareable }"),
    "TYPE_KIND_MISMATCH": (Q + "type T { x: Int }", Q + "input T { x: Int }"),
    "FIELD_TYPE_MISMATCH": ("type Query { q: Int @shareable }", "type Query { q: String @shareable }"),
    "FIELD_ARGUMENT_TYPE_MISMATCH": (
        "type Query { q(x: Int): Int @shareable }",
        "type Query { q(x: ID): Int @shareable }",
    ),
    "FIELD_ARGUMENT_DEFAULT_MISMATCH": (
        "type Query { q(x: Int = 1): Int @shareable }",
        "type Query { q(x: Int = 2): Int @shareable }",
    ),
    "INPUT_FIELD_DEFAULT_MISMATCH": (Q + "input I { x: Int = 1 }", Q + "input I { x: Int = 2 }"),
    "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH": (
        "type Query { q(x: Int!): Int @shareable }",
        "type Query { q: Int @shareable }",
    ),
    "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH": (
        Q + "input I { x: Int! y: Int }",
        Q + "input I { y: Int }",
    ),
    "EMPTY_MERGED_INPUT_TYPE": (Q + "input I { x: Int }", Q + "input I { y: Int }"),
    "EMPTY_MERGED_ENUM_TYPE": (
        "enum E { X } type Query { a(e: E): Int }",
        "enum E { Y } type Query { b(e: E): Int }",
    ),
    "ENUM_VALUE_MISMATCH": ("enum E { X } type Query { a(e: E): E }", "enum E { X Y } type Query { b: E }"),
    "EXTERNAL_MISSING_ON_BASE": (
        Q + 'type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y") y: Int @external }',
        Q + 'type T @key(fields: "id") { id: ID! }',
    ),
    "EXTERNAL_TYPE_MISMATCH": (
        Q + 'type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y") y: Int @external }',
        Q + 'type T @key(fields: "id") { id: ID! y: String }',
    ),
    "OVERRIDE_SOURCE_HAS_OVERRIDE": (
        'type Query { q: Int @shareable @override(from: "b") }',
        'type Query { q: Int @shareable @override(from: "a") }',
    ),
    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE": (
        Q + 'type T @key(fields: "id") { id: ID! x: Int @shareable @requires(fields: "y") y: Int @external }',
        Q + 'type T @key(fields: "id") { id: ID! x: Int @shareable @override(from: "a") y: Int }',
    ),
    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES": (
        "type Query { i: I @shareable } interface I { x: Int } type A implements I { x: Int }",
        "type Query { i: I @shareable } interface I { x: Int } type B implements I { x: Int }",
    ),
    "INTERFACE_FIELD_NO_IMPLEM": (
        Q + "interface I { x: Int } type T implements I { x: Int }",
        Q + "interface I { x: Int y: Int } type U implements I { x: Int y: Int }",
    ),
    "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE": (
        (
            'type Query { m: M } interface M @key(fields: "id") { id: ID! } '
            'type V implements M @key(fields: "id") { id: ID! }'
        ),
        'interface M @key(fields: "id") { id: ID! } type W implements M @key(fields: "id") { id: ID! }',
    ),
}


@pytest.mark.parametrize("code", TWO_SUBGRAPHS)
def test_two_subgraphs_may_contradict_each_other(code: str) -> None:
    first, second = TWO_SUBGRAPHS[code]
    third = (
        {"c": 'type M @key(fields: "id") @interfaceObject { id: ID! l: Int }'}
        if "INTERFACE_KEY" in code
        else {}
    )
    assert {found for found, _ in problems_of(a=first, b=second, **third)} == {code}


@pytest.mark.parametrize(
    ("resolved", "external", "composes"),
    [
        (("Int", "Int"), "Int", True),
        (("Int", "Int"), "Int!", False),
        (("Int!", "Int!"), "Int", False),
        (("Int", "Int!"), "Int!", True),
    ],
)
def test_an_external_has_the_type_that_is_resolved(
    resolved: tuple[str, str], external: str, composes: bool
) -> None:
    first, second = (
        Q + f'type T @key(fields: "id") {{ id: ID! y: {type_} @shareable }}' for type_ in resolved
    )
    third = f'type T @key(fields: "id") {{ id: ID! x: Int @requires(fields: "y") y: {external} @external }}'
    found = [code for code, _ in problems_of(a=first, b=second, c=third)]
    assert found == ([] if composes else ["EXTERNAL_TYPE_MISMATCH"])


def test_names_of_subgraphs_are_unique() -> None:
    source = SubgraphSource("a", "", Q)
    with pytest.raises(CompositionError) as raised:
        compose([source, source])
    assert [problem.code for problem in raised.value.problems] == ["INVALID_SUBGRAPH_NAME"]


def test_a_problem_names_the_subgraphs_and_the_place() -> None:
    sdls = {"a": "type Query { q: Int }", "b": "type Query { q: Int @shareable }"}
    assert problems_of(**sdls) == [("INVALID_FIELD_SHARING", ("a", "b"))]
    assert messages_of(**sdls) == [
        (
            'Non-shareable field "Query.q" is resolved from multiple subgraphs: it is resolved from subgraphs '
            '"a" and "b" and defined as non-shareable in subgraph "a"'
        )
    ]


def test_one_run_names_every_problem() -> None:
    found = problems_of(
        a="type Query { q: Int r: Int @shareable }", b="type Query { q: Int r: String @shareable }"
    )
    assert found == [("INVALID_FIELD_SHARING", ("a", "b")), ("FIELD_TYPE_MISMATCH", ("a", "b"))]


def test_a_syntax_error_is_told_with_its_subgraph() -> None:
    assert messages_of(a="type Query {", b="type Query { q: Int }") == [
        "[a] Syntax Error: Expected Name, found <EOF>."
    ]


def test_subscriptions_have_one_source() -> None:
    sdl = "type Query { q: Int @shareable } type Subscription { s: Int @shareable }"
    assert problems_of(a=sdl) == [("INVALID_FIELD_SHARING", ("a",))]


@pytest.mark.parametrize(
    "sdl",
    [
        'type T @key(fields: "id") { id: ID! }',
        'type T @key(fields: "id") { id: ID! @external }',
        "type T @shareable { id: ID! }",
    ],
)
def test_key_fields_and_value_types_may_be_resolved_by_all(sdl: str) -> None:
    assert problems_of(a=Q + sdl, b=Q + sdl.replace("@external", "")) == []
