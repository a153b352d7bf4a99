"""Every query of the supergraph can be answered, or composition says which can't and why."""

from __future__ import annotations

import pytest

from tests.unit.router.core.composition.federation import messages_of, problems_of

SATISFIABLE = {
    "a key that both sides know": (
        'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        'type T @key(fields: "id") { id: ID! x: Int }',
    ),
    "one key to get another": (
        'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        'type T @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }',
        'type T @key(fields: "sku") { sku: ID! x: Int }',
    ),
    "a key put together from two subgraphs": (
        'type Query { t: T } type T @key(fields: "id") { id: ID! a: ID! @shareable }',
        'type T @key(fields: "id") { id: ID! b: ID! @shareable }',
        'type T @key(fields: "a b") { a: ID! b: ID! x: Int }',
    ),
    "a key inside another entity": (
        'type Query { t: T } type T { o: O } type O @key(fields: "id") { id: ID! }',
        'type O @key(fields: "id") { id: ID! x: Int }',
    ),
    "a nested key": (
        'type Query { t: T } type T @key(fields: "o { id }") { o: O! } type O @shareable { id: ID! }',
        'type T @key(fields: "o { id }") { o: O! x: Int } type O @shareable { id: ID! }',
    ),
    "a field required from elsewhere": (
        'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y") y: Int @external }',
        'type T @key(fields: "id") { id: ID! y: Int }',
    ),
    "provided and owned elsewhere": (
        'type Query { t: T @provides(fields: "x") } type T @key(fields: "id") { id: ID! x: Int @external }',
        'type T @key(fields: "id") { id: ID! x: Int @shareable }',
    ),
    "a reference without a resolver": (
        'type Query { t: T } type T @key(fields: "id", resolvable: false) { id: ID! }',
        'type T @key(fields: "id") { id: ID! x: Int }',
    ),
    "members of a union": (
        'union U = A | B type Query { u: U } type A @key(fields: "id") { id: ID! } type B { b: Int }',
        'type A @key(fields: "id") { id: ID! x: Int }',
    ),
    "an interface object": (
        (
            'type Query { m: M } interface M @key(fields: "id") { id: ID! } '
            'type V implements M @key(fields: "id") { id: ID! }'
        ),
        'type M @key(fields: "id") @interfaceObject { id: ID! x: Int } type Query { liked: M }',
    ),
    "an extension that states its key": (
        'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        'extend type T @key(fields: "id") { id: ID! @external x: Int } type Query { u: T }',
    ),
    "what is hidden": (
        "type Query { t: T @shareable } type T @shareable { a: Int }",
        "type T @shareable { a: Int b: Int @inaccessible }",
    ),
    "entities that lead to each other": (
        (
            'type Query { t: T } type T @key(fields: "id") @key(fields: "u { id }") { id: ID! u: U! } '
            'type U @key(fields: "id") @key(fields: "t { id }") { id: ID! t: T! }'
        ),
        (
            'type T @key(fields: "u { id }") { u: U! id: ID! @shareable x: Int } type U @key(fields: "t { id }") '
            "{ t: T! id: ID! @shareable "
            "y: Int }"
        ),
    ),
}


@pytest.mark.parametrize("case", SATISFIABLE)
def test_satisfiable(case: str) -> None:
    sdls = dict(zip("abc", SATISFIABLE[case], strict=False))
    assert messages_of(**sdls) == []


UNSATISFIABLE = {
    "no key": (
        "type Query { t: T } type T { id: ID! @shareable }",
        "type T { id: ID! @shareable x: Int }",
    ),
    "no common key": (
        'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        'type T @key(fields: "sku") { sku: ID! x: Int }',
    ),
    "a key that is not resolvable": (
        'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        'type T @key(fields: "id", resolvable: false) { id: ID! x: Int }',
    ),
    "requirements that need each other": (
        (
            'type Query { t: T } type T @key(fields: "id") '
            '{ id: ID! x: Int @requires(fields: "y") y: Int @external }'
        ),
        'type T @key(fields: "id") { id: ID! y: Int @requires(fields: "x") x: Int @external }',
    ),
    "requirements that only the place one comes from has": (
        "type Query { t: T } type T { id: ID! @shareable y: Int }",
        'type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y") y: Int @external }',
    ),
    "provided on one way only": (
        'type Query { t: T @provides(fields: "x") s: T } type T @key(fields: "id") { id: ID! x: Int @external }',
        'type T @key(fields: "sku") { sku: ID! @inaccessible x: Int @shareable }',
    ),
}


@pytest.mark.parametrize("case", UNSATISFIABLE)
def test_unsatisfiable(case: str) -> None:
    sdls = dict(zip("abc", UNSATISFIABLE[case], strict=False))
    assert {code for code, _ in problems_of(**sdls)} == {"SATISFIABILITY_ERROR"}


def test_the_message_shows_a_query_and_every_way_that_is_barred() -> None:
    messages = messages_of(
        a='type Query { feed: [Item!]! } interface Item { id: ID! } type Post implements Item @key(fields: "id") '
        "{ id: ID! }",
        b='type Post @key(fields: "slug") { slug: ID! @inaccessible author: User } type User { name: String }',
    )
    assert messages == [
        (
            "The following supergraph API query:\n"
            "{\n"
            "  feed {\n"
            "    ... on Post {\n"
            "      author {\n"
            "        ...\n"
            "      }\n"
            "    }\n"
            "  }\n"
            "}\n"
            "cannot be satisfied by the subgraphs because:\n"
            '- from subgraph "a":\n'
            '  - cannot find field "Post.author".\n'
            '  - cannot move to subgraph "b" using @key(fields: "slug") of "Post", the key field(s) cannot be resolved '
            'from subgraph "a".'
        )
    ]


MEDIA = (
    'type Query { m: M } interface M @key(fields: "id") { id: ID! } '
    'type V implements M @key(fields: "id") { id: ID! x: Int }'
)


def test_somebody_must_know_what_an_interface_object_stands_for() -> None:
    interface = MEDIA.replace(
        'interface M @key(fields: "id")', 'interface M @key(fields: "id", resolvable: false)'
    )
    stand_in = 'type M @key(fields: "id") @interfaceObject { id: ID! y: Int } type Query { liked: M }'
    assert problems_of(a=interface, b=stand_in) == [("SATISFIABILITY_ERROR", ("b",))]
    keyless = interface.replace(
        'implements M @key(fields: "id")', 'implements M @key(fields: "id", resolvable: false)'
    )
    assert problems_of(a=keyless, b=stand_in) == [("SATISFIABILITY_ERROR", ("b",))]


@pytest.mark.parametrize(
    "sdls",
    [
        {"a": MEDIA, "b": 'type M @key(fields: "id") @interfaceObject { id: ID! x: Int }'},
        {
            "a": MEDIA,
            "b": 'type M @key(fields: "id") @interfaceObject { id: ID! y: Int }',
            "c": 'type M @key(fields: "id") @interfaceObject { id: ID! y: Int }',
        },
        {
            "a": 'type Query { t: T @provides(fields: "x") } type T @key(fields: "id") { id: ID! x: Int @external }',
            "b": 'type T @key(fields: "id") { id: ID! x: Int }',
        },
    ],
)
def test_interface_objects_and_provides_share_fields(sdls: dict[str, str]) -> None:
    assert {code for code, _ in problems_of(**sdls)} == {"INVALID_FIELD_SHARING"}
