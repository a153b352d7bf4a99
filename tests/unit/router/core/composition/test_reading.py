"""Whatever a subgraph calls things, composition knows what it means."""

from __future__ import annotations

from tests.unit.router.core.composition.federation import compose_sdls, problems_of, types_of

FEDERATION = "https://specs.apollo.dev/federation/v2.9"
OTHER = 'type Query { q: T } type T @key(fields: "id") { id: ID! }'
JOINED = ['  @join__type(graph: A, key: "id")', '  @join__type(graph: B, key: "id", resolvable: false)']


def test_what_is_not_imported_has_the_namespace() -> None:
    composition = compose_sdls(
        a=OTHER,
        b=f'extend schema @link(url: "{FEDERATION}") '
        'type T @federation__key(fields: "id", resolvable: false) { id: ID! }',
    )
    assert types_of(composition, "T").splitlines()[1:3] == JOINED


def test_the_namespace_may_be_renamed() -> None:
    composition = compose_sdls(
        a=OTHER,
        b=f'extend schema @link(url: "{FEDERATION}", as: "fed") '
        'type T @fed__key(fields: "id", resolvable: false) { id: ID! }',
    )
    assert types_of(composition, "T").splitlines()[1:3] == JOINED


def test_an_import_may_be_renamed_and_leave_its_name_to_others() -> None:
    composition = compose_sdls(
        a=OTHER,
        b=f'extend schema @link(url: "{FEDERATION}", import: [{{name: "@key", as: "@identity"}}]) '
        "directive @key on OBJECT "
        'type T @identity(fields: "id", resolvable: false) @key { id: ID! }',
    )
    assert types_of(composition, "T").splitlines()[1:3] == JOINED


def test_root_types_are_renamed_throughout() -> None:
    composition = compose_sdls(
        a=f'schema @link(url: "{FEDERATION}") {{ query: Root mutation: Change }} '
        "type Root { q: Int } type Change { c: Root! }"
    )
    assert types_of(composition, "Mutation", "Query") == (
        "type Mutation\n  @join__type(graph: A)\n{\n  c: Query!\n}\n\n"
        "type Query\n  @join__type(graph: A)\n{\n  q: Int\n}"
    )


def test_machinery_is_no_part_of_the_supergraph() -> None:
    composition = compose_sdls(
        a="scalar _Any union _Entity = T type _Service { sdl: String! } "
        "type Query { q: T _service: _Service! _entities(representations: [_Any!]!): [_Entity]! } "
        'type T @key(fields: "id") { id: ID! }'
    )
    assert types_of(composition, "_Any", "_Entity", "_Service", "Query") == (
        "type Query\n  @join__type(graph: A)\n{\n  q: T\n}"
    )


def test_extensions_are_folded_in() -> None:
    composition = compose_sdls(
        a='extend type Query { q: T } extend type T @key(fields: "id") { id: ID! } extend type T @shareable { x: Int }',
        b='type T @key(fields: "id") @extends { id: ID! x: Int @shareable }',
    )
    assert types_of(composition, "T").splitlines() == [
        "type T",
        '  @join__type(graph: A, key: "id", extension: true)',
        '  @join__type(graph: B, key: "id", extension: true)',
        "{",
        "  id: ID!",
        "  x: Int",
        "}",
    ]


def test_a_link_to_an_unknown_federation_is_refused() -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v3.0") '
    assert problems_of(a=link + "type Query { q: Int }") == [("UNKNOWN_FEDERATION_LINK_VERSION", ("a",))]
