"""Directives that go beyond federation's own: those of the subgraphs, and costs."""

from __future__ import annotations

import pytest

from tests.unit.router.core.composition.federation import compose_sdls, messages_of, types_of

FEDERATION = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@composeDirective", "@shareable"]) '
)


def _linked(version: str, name: str = "@audit") -> str:
    return (
        FEDERATION + f'@link(url: "https://acme.example/audit/{version}", import: ["{name}"]) '
        f'@composeDirective(name: "@audit") '
        "directive @audit(level: Int) repeatable on FIELD_DEFINITION "
    )


def test_a_composed_directive_is_kept_with_its_definition_and_link() -> None:
    composition = compose_sdls(
        a=_linked("v1.0") + "type Query { q: Int @shareable @audit(level: 1) }",
        b=_linked("v1.2") + "type Query { q: Int @shareable @audit(level: 2) @audit(level: 1) }",
        c=FEDERATION + "directive @audit on FIELD_DEFINITION type Query { q: Int @shareable @audit }",
    )
    assert '@link(url: "https://acme.example/audit/v1.2", import: ["@audit"])' in composition.supergraph_sdl
    assert types_of(composition, "audit", "Query").splitlines() == [
        "directive @audit(level: Int) repeatable on FIELD_DEFINITION",
        "",
        "type Query",
        "  @join__type(graph: A)",
        "  @join__type(graph: B)",
        "  @join__type(graph: C)",
        "{",
        "  q: Int @audit(level: 1) @audit(level: 2)",
        "}",
    ]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ("audit", 'Argument to @composeDirective "audit" in subgraph "a" must have a leading "@"'),
        (
            "@audit",
            (
                'Could not find matching directive definition for argument to @composeDirective "@audit" '
                'in subgraph "a".'
            ),
        ),
        ("@shareable", 'Composing federation directive "@shareable" in subgraph "a" is not supported'),
    ],
)
def test_a_request_must_be_in_order(request_: str, message: str) -> None:
    sdl = FEDERATION + f'@composeDirective(name: "{request_}") type Query {{ q: Int @shareable }}'
    assert messages_of(a=sdl) == [message]


def test_a_specification_comes_in_one_major_version() -> None:
    query = "type Query { q: Int @shareable }"
    assert messages_of(a=_linked("v1.0") + query, b=_linked("v2.0") + query) == [
        (
            'Core feature "https://acme.example/audit" requested to be merged has major version mismatch '
            "across subgraphs"
        )
    ]


def test_the_dearest_cost_counts() -> None:
    composition = compose_sdls(
        a='type Query { q(first: Int): [Int] @shareable @cost(weight: 2) @listSize(slicingArguments: ["first"]) }',
        b="type Query { q(first: Int): [Int] @shareable @cost(weight: 5) "
        "@listSize(assumedSize: 9, requireOneSlicingArgument: false) }",
    )
    assert '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"])' in (
        composition.supergraph_sdl
    )
    assert types_of(composition, "Query").splitlines()[4] == (
        '  q(first: Int): [Int] @cost(weight: 5) @listSize(assumedSize: 9, slicingArguments: ["first"], '
        "requireOneSlicingArgument: false)"
    )


def test_directives_for_queries_are_kept_where_every_subgraph_has_them() -> None:
    composition = compose_sdls(
        a="directive @live on QUERY | FIELD directive @lone on FIELD type Query { a: Int }",
        b="directive @live on FIELD | OBJECT type Query { b: Int }",
    )
    assert types_of(composition, "live", "lone") == "directive @live on FIELD"
