"""Small federated graphs, one for each rule of composition that Apollo's and ours must agree on.

A case maps subgraph names to SDL. SDL that links to nothing gets a link that imports all of federation; SDL of
Federation 1 says so with a comment.
"""

from __future__ import annotations

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", '
    '"@provides", "@external", "@shareable", "@override", "@tag", "@inaccessible", "@interfaceObject", '
    '"@extends", "@composeDirective", "@cost", "@listSize", "@authenticated", "@requiresScopes", "@policy", '
    '"@context", "@fromContext"])\n'
)
FEDERATION_1 = "# Federation 1\n"
ACCESS_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@composeDirective"]) '
    '@link(url: "https://myspecs.dev/access/v1.0", import: ["@access"]) @composeDirective(name: "@access")\n'
)

Case = dict[str, str]

ACCESS: dict[str, Case] = {
    "authenticated everywhere it may stand": {
        "a": "type Query { t: T @authenticated e: E s: S i: I } type T @authenticated { id: ID } "
        "enum E @authenticated { A } scalar S @authenticated interface I { id: ID }"
        " type O implements I { id: ID }"
    },
    "one subgraph's authentication is everybody's": {
        "a": "type Query { t: T @shareable } type T @shareable { id: ID }",
        "b": "type Query { t: T @shareable @authenticated } type T @shareable @authenticated { id: ID }",
    },
    "scopes of several subgraphs are all demanded": {
        "a": 'type Query { f: Int @shareable @requiresScopes(scopes: [["a", "b"], ["c"]]) }',
        "b": 'type Query { f: Int @shareable @requiresScopes(scopes: [["d"], ["a"]]) }',
    },
    "policies of several subgraphs are all demanded": {
        "a": 'type Query { f: Int @shareable @policy(policies: [["p", "q"], ["r"]]) }',
        "b": 'type Query { f: Int @shareable @policy(policies: [["r"]]) }',
    },
    "equal scopes": {
        "a": 'type Query { f: Int @shareable @requiresScopes(scopes: [["b", "a"], ["c"]]) }',
        "b": 'type Query { f: Int @shareable @requiresScopes(scopes: [["c"], ["a", "b"]]) }',
    },
    "no scope at all": {
        "a": "type Query { f: Int @shareable @requiresScopes(scopes: []) }",
        "b": 'type Query { f: Int @shareable @requiresScopes(scopes: [["a"]]) }',
    },
    "an interface demands what its implementations demand": {
        "a": "type Query { i: I } interface I { x: Int y: Int } "
        "type A implements I @authenticated { x: Int @authenticated y: Int } "
        'type B implements I { x: Int @requiresScopes(scopes: [["s"]]) y: Int @policy(policies: [["p"]]) }',
    },
    "an interface demands what implementations elsewhere demand": {
        "a": "type Query { i: I } interface I { id: ID x: Int @shareable } "
        'type A implements I @key(fields: "id") { id: ID x: Int @shareable }'.replace(
            " @shareable }", " }", 1
        ),
        "b": 'type A @key(fields: "id") @requiresScopes(scopes: [["s"]]) { id: ID x: Int @shareable }',
    },
    "scopes of several implementations": {
        "a": "type Query { i: I } interface I { x: Int } "
        'type A implements I @requiresScopes(scopes: [["a"]]) { x: Int @requiresScopes(scopes: [["ax"], ["z"]]) }'
        ' type B implements I @requiresScopes(scopes: [["b"]]) { x: Int @requiresScopes(scopes: [["bx"]]) }',
    },
    "authenticated on an interface": {
        "a": "type Query { i: I } interface I @authenticated { x: Int } type A implements I { x: Int }"
    },
    "scopes on an interface's field": {
        "a": 'type Query { i: I } interface I { x: Int @requiresScopes(scopes: [["a"]]) } type A implements I { x: Int }'
    },
    "policy on an interface object": {
        "a": 'type Query { i: I } interface I @key(fields: "id") { id: ID! } '
        'type A implements I @key(fields: "id") { id: ID! }',
        "b": 'type I @interfaceObject @key(fields: "id") @policy(policies: [["p"]]) { id: ID! x: Int @authenticated }',
    },
    "an interface object and its implementations": {
        "a": 'type Query { i: I } interface I @key(fields: "id") { id: ID! } '
        'type A implements I @key(fields: "id") @authenticated { id: ID! }',
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @requiresScopes(scopes: [["s"]]) }',
    },
    "requires what is authenticated, unauthenticated": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @authenticated }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
    },
    "requires what is authenticated, authenticated": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @authenticated }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") @authenticated }',
    },
    "requires what needs a scope, with another": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @requiresScopes(scopes: [["a"]]) }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external '
        'y: Int @requires(fields: "x") @requiresScopes(scopes: [["b"]]) }',
    },
    "requires what needs a scope, with more": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @requiresScopes(scopes: [["a"], ["b"]]) }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external '
        'y: Int @requires(fields: "x") @requiresScopes(scopes: [["b", "c"]]) }',
    },
    "requires through a type that is guarded": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! p: P } type P @policy(policies: [["p"]]) { x: Int }',
        "b": 'type T @key(fields: "id") { id: ID! p: P @external y: Int @requires(fields: "p { x }") } '
        "type P { x: Int @external }",
    },
    "requires through fragments on guarded types": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! p: P } interface P { x: Int } '
        "type P1 implements P @authenticated { x: Int } type P2 implements P { x: Int z: Int @authenticated }",
        "b": 'type T @key(fields: "id") { id: ID! p: P @external '
        'y: Int @requires(fields: "p { x ... on P2 { z } }") } interface P { x: Int } '
        "type P1 implements P { x: Int @external } type P2 implements P { x: Int @external z: Int @external }",
    },
    "the requiring type is guarded": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @authenticated }',
        "b": 'type T @key(fields: "id") @authenticated { id: ID! x: Int @external y: Int @requires(fields: "x") }',
    },
    "a context from a guarded field": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") '
        '{ id: ID! p: Int @authenticated v: V } type V @key(fields: "id") '
        '{ id: ID! f(x: Int @fromContext(field: "$c { p }")): Int }',
        "b": "type Query { z: Int }",
    },
    "a context from a guarded type": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") @policy(policies: [["p"]]) '
        '{ id: ID! p: Int v: V } type V @key(fields: "id") '
        '{ id: ID! f(x: Int @fromContext(field: "$c { p }")): Int g(x: Int @fromContext(field: "$c { p }")): Int '
        '@policy(policies: [["p"]]) }',
    },
    "authentication by another name": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
        'import: [{name: "@authenticated", as: "@login"}, "@shareable"]) '
        'type Query { f: Int @login @shareable g: Int @federation__requiresScopes(scopes: [["a"]]) }',
    },
}

CONTEXTUAL = (
    'type Query { u: U } type U @key(fields: "id") %s { id: ID! p: Int q: Int s: String o: O v: V } '
    'type O @key(fields: "id") { id: ID! p: Int q: Int } type V @key(fields: "id") { id: ID! f(x: Int %s): Int }'
)
"""A type whose field may take an argument from a context."""

CONTEXT: dict[str, Case] = {
    "an argument from a context": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { p }")'),
        "b": "type Query { z: Int }",
    },
    "a context that nobody sets": {"a": CONTEXTUAL % ("", '@fromContext(field: "$c { p }")')},
    "a context with an underscore": {
        "a": CONTEXTUAL % ('@context(name: "c_d")', '@fromContext(field: "$c_d { p }")')
    },
    "a context with a bad name": {"a": CONTEXTUAL % ('@context(name: "c-d")', "")},
    "no context in the selection": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "{ p }")')
    },
    "no selection at all": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c")')},
    "an empty selection": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { }")')},
    "an unknown field": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { nope }")')},
    "two fields": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { p q }")')},
    "a nested field": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { o { p } }")')},
    "two nested fields": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { o { p q } }")')
    },
    "another type": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { s }")')},
    "an alias": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { x: p }")')},
    "a directive": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { p @skip(if: true) }")')
    },
    "a fragment": {"a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c ... on U { p }")')},
    "a fragment on another type": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c ... on O { p }")')
    },
    "two fragments on one type": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c ... on U { p } ... on U { p }")')
    },
    "fragment and field": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c ... on U { p } q")')
    },
    "no resolvable key": {
        "a": 'type Query { u: U } type U @context(name: "c") { p: Int v: V } '
        'type V { f(x: Int @fromContext(field: "$c { p }")): Int }',
    },
    "a default value": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: V } '
        'type V @key(fields: "id") { id: ID! f(x: Int = 1 @fromContext(field: "$c { p }")): Int }',
    },
    "a field of an interface": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: V } '
        "interface I { f(x: Int): Int } "
        'type V implements I @key(fields: "id") { id: ID! f(x: Int @fromContext(field: "$c { p }")): Int }',
    },
    "an interface's own field": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: I } '
        'interface I { f(x: Int @fromContext(field: "$c { p }")): Int } '
        'type V implements I @key(fields: "id") { id: ID! f(x: Int): Int }',
    },
    "a list needs a list": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: [Int!] v: V } '
        'type V @key(fields: "id") { id: ID! f(x: [Int!] @fromContext(field: "$c { p }")): Int }',
    },
    "a required argument from what may be null": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: V } '
        'type V @key(fields: "id") { id: ID! f(x: Int! @fromContext(field: "$c { p }")): Int }',
    },
    "set on two types": {
        "a": 'type Query { u: U o: O } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: V } '
        'type O @key(fields: "id") @context(name: "c") { id: ID! q: Int v: V } type V @key(fields: "id") '
        '{ id: ID! f(x: Int @fromContext(field: "$c ... on U { p } ... on O { q }")): Int }',
        "b": "type Query { z: Int }",
    },
    "set on an interface and a union": {
        "a": 'type Query { i: I n: N } interface I @context(name: "c") { p: Int } union N @context(name: "d") = U '
        'type U implements I @key(fields: "id") { id: ID! p: Int v: V } type V @key(fields: "id") { id: ID! '
        'f(x: Int @fromContext(field: "$c { p }")): Int g(x: Int @fromContext(field: "$d ... on U { p }")): Int }',
        "b": "type Query { z: Int }",
    },
    "from a context of the other subgraph": {
        "a": CONTEXTUAL % ('@context(name: "c")', '@fromContext(field: "$c { p }")'),
        "b": 'type Query { w: V } type V @key(fields: "id") { id: ID! }',
    },
    "contextual in one subgraph, given in the other": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: V } '
        'type V @key(fields: "id") { id: ID! f(x: Int @fromContext(field: "$c { p }")): Int @shareable }',
        "b": 'type V @key(fields: "id") { id: ID! f(x: Int): Int @shareable }',
    },
    "contextual in one subgraph, required in the other": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: V } '
        'type V @key(fields: "id") { id: ID! f(x: Int @fromContext(field: "$c { p }")): Int @shareable }',
        "b": 'type V @key(fields: "id") { id: ID! f(x: Int!): Int @shareable }',
    },
    "reached past the context": {
        "a": 'type Query { u: U v: V } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int v: V } '
        'type V @key(fields: "id") { id: ID! f(x: Int @fromContext(field: "$c { p }")): Int }',
        "b": "type Query { z: Int }",
    },
    "an external field as context": {
        "a": 'type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! p: Int @external v: V } '
        'type V @key(fields: "id") { id: ID! f(x: Int @fromContext(field: "$c { p }")): Int }',
        "b": 'type U @key(fields: "id") { id: ID! p: Int }',
    },
    "by another name": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", '
        '{name: "@context", as: "@ctx"}, {name: "@fromContext", as: "@from"}]) '
        + CONTEXTUAL
        % ('@ctx(name: "c")', '@from(field: "$c { p }")'),
        "b": "type Query { z: Int }",
    },
}

MOVED = 'type T @key(fields: "id") { id: ID! x: Int @override(from: "b", label: "%s") }'
ORIGIN = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }'

OVERRIDES: dict[str, Case] = {
    "a percentage": {"a": MOVED % "percent(5)", "b": ORIGIN},
    "a fraction of a percent": {"a": MOVED % "percent(0.12345678)", "b": ORIGIN},
    "all": {"a": MOVED % "percent(100)", "b": ORIGIN},
    "none": {"a": MOVED % "percent(0)", "b": ORIGIN},
    "more than all": {"a": MOVED % "percent(101)", "b": ORIGIN},
    "too precise": {"a": MOVED % "percent(1.123456789)", "b": ORIGIN},
    "a label": {"a": MOVED % "beta:users/new-1.0_x", "b": ORIGIN},
    "a bad label": {"a": MOVED % "1beta", "b": ORIGIN},
    "an empty label": {"a": MOVED % "", "b": ORIGIN},
    "no label": {"a": 'type T @key(fields: "id") { id: ID! x: Int @override(from: "b") }', "b": ORIGIN},
    "a key field": {
        "a": 'type T @key(fields: "id") { id: ID! @override(from: "b") x: Int }',
        "b": 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
    },
    "a field that an interface asks for": {
        "a": 'type T @key(fields: "id") { id: ID! x: Int @override(from: "b", label: "percent(1)") }',
        "b": 'type Query { t: I } interface I { x: Int } type T implements I @key(fields: "id") { id: ID! x: Int }',
    },
    "from an unknown subgraph": {
        "a": 'type Query { x: Int @override(from: "bb") }',
        "b": "type Query { y: Int }",
    },
    "from an unknown subgraph, not shareable": {
        "a": 'type Query { x: Int @override(from: "bb") }',
        "b": "type Query { x: Int }",
    },
    "from itself": {"a": 'type Query { x: Int @override(from: "a") }'},
    "what is not there": {"a": 'type Query { x: Int @override(from: "b") }', "b": "type Query { y: Int }"},
    "what is external there": {
        "a": 'type T @key(fields: "id") { id: ID! x: Int @override(from: "b") }',
        "b": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
    },
    "twice": {
        "a": 'type Query { x: Int @override(from: "b") }',
        "b": 'type Query { x: Int @override(from: "a") }',
    },
    "in a chain": {
        "a": 'type Query { x: Int @override(from: "b") }',
        "b": 'type Query { x: Int @override(from: "c") }',
        "c": "type Query { x: Int y: Int }",
    },
    "what requires": {
        "a": 'type T @key(fields: "id") { id: ID! x: Int @override(from: "b") y: Int }',
        "b": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y") y: Int @external }',
    },
    "what is external": {
        "a": 'type T @key(fields: "id") { id: ID! x: Int @override(from: "b") @external '
        'y: Int @requires(fields: "x") }',
        "b": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
    },
    "a field of an interface object": {
        "a": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @override(from: "b") }',
        "b": 'type Query { i: I } interface I @key(fields: "id") { id: ID! x: Int } '
        'type T implements I @key(fields: "id") { id: ID! x: Int }',
    },
    "what an interface object abstracts": {
        "a": 'type Query { i: I } interface I @key(fields: "id") { id: ID! x: Int } '
        'type T implements I @key(fields: "id") { id: ID! x: Int @override(from: "b") }',
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
    },
    "a field of an interface": {
        "a": 'type Query { i: I } interface I { x: Int @override(from: "b") } type T implements I { x: Int }',
        "b": "type Query { y: Int }",
    },
    "three share it": {
        "a": 'type T @key(fields: "id") { id: ID! x: Int @shareable @override(from: "b", label: "l") }',
        "b": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @shareable }',
        "c": 'type T @key(fields: "id") { id: ID! x: Int @shareable }',
    },
}

SPREAD = (
    'type Query { i: I } interface I @key(fields: "id") { id: ID! %s } '
    'type A implements I @key(fields: "id") { id: ID! %s } type B implements I @key(fields: "id") { id: ID! %s }'
)
"""An interface that is an entity, and its implementations."""

INTERFACE_OBJECTS: dict[str, Case] = {
    "a field for all implementations": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! """What it is.""" '
        'x(a: Int = 1): [Int!]! @tag(name: "t") }',
    },
    "a field that is there as well": {
        "a": SPREAD % ("x: Int", "x: Int", "x: Int"),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
    },
    "a field that is there as well, shareable": {
        "a": SPREAD % ("x: Int", "x: Int @shareable", "x: Int @shareable"),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @shareable }',
    },
    "a field that one implementation has": {
        "a": SPREAD % ("", "x: Int @shareable", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @shareable }',
    },
    "a field of two interface objects": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
        "c": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
    },
    "a field of two interface objects, shareable": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @shareable }',
        "c": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @shareable }',
    },
    "without a key": {
        "a": SPREAD % ("", "", ""),
        "b": "type I @interfaceObject { id: ID! @shareable x: Int }",
    },
    "with another key": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "x") { x: Int }',
    },
    "no interface anywhere": {
        "a": 'type Query { i: I } type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! y: Int }',
    },
    "with an implementation beside it": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int } type A @key(fields: "id") { id: ID! }',
    },
    "an object elsewhere": {
        "a": 'type Query { i: I } type I @key(fields: "id") { id: ID! }',
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
    },
    "an implementation that only another subgraph knows": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
        "c": 'interface I { id: ID! } type C implements I @key(fields: "id") { id: ID! } type Query { c: C }',
    },
    "an interface key not on all implementations": {
        "a": 'type Query { i: I } interface I @key(fields: "id") { id: ID! } type A implements I { id: ID! }',
    },
    "an interface key that lacks an implementation": {
        "a": SPREAD % ("", "", ""),
        "c": 'interface I @key(fields: "id") { id: ID! } type A implements I @key(fields: "id") { id: ID! } '
        'type C implements I @key(fields: "id") { id: ID! }',
    },
    "requires what implementations have": {
        "a": SPREAD % ("n: Int", "n: Int", "n: Int"),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! n: Int @external x: Int @requires(fields: "n") }',
    },
    "answered by the subgraph of the interface object": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int } type Query { all: [I!]! one: I }',
    },
    "member of two interfaces": {
        "a": 'type Query { i: I j: J } interface I @key(fields: "id") { id: ID! } interface J { id: ID! } '
        'type A implements I & J @key(fields: "id") { id: ID! }',
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
    },
    "provided by an interface object": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @external } '
        'type Query { p: I @provides(fields: "x") }',
        "c": 'type I @interfaceObject @key(fields: "id") { id: ID! x: Int @shareable }',
    },
    "hidden": {
        "a": SPREAD % ("", "", ""),
        "b": 'type I @interfaceObject @key(fields: "id") @tag(name: "o") '
        '{ id: ID! x: Int @inaccessible y: Int @deprecated(reason: "r") }',
    },
}
COSTS: dict[str, Case] = {
    "everywhere it may stand": {
        "a": "type Query { f(a: Int @cost(weight: 2), n: N): [T] @cost(weight: 3) @listSize(assumedSize: 9) s: S e: E } "
        "type T @cost(weight: 4) { x: Int } scalar S @cost(weight: 5) enum E @cost(weight: 6) { A } "
        "input N { i: Int @cost(weight: 7) }",
    },
    "the dearest counts": {
        "a": "type Query { f: Int @shareable @cost(weight: 2) }",
        "b": "type Query { f: Int @shareable @cost(weight: 5) }",
        "c": "type Query { f: Int @shareable }",
    },
    "sizes of lists": {
        "a": "type Query { f(first: Int, last: Int): [Int] @shareable "
        '@listSize(assumedSize: 3, slicingArguments: ["first"], requireOneSlicingArgument: false) }',
        "b": "type Query { f(first: Int, last: Int): [Int] @shareable "
        '@listSize(assumedSize: 5, slicingArguments: ["last", "first"]) }',
    },
    "sized fields": {
        "a": 'type Query { f: C @shareable @listSize(sizedFields: ["x"], assumedSize: 2) } '
        "type C @shareable { x: [Int] y: [Int] }",
        "b": 'type Query { f: C @shareable @listSize(sizedFields: ["y"], assumedSize: 2) } '
        "type C @shareable { x: [Int] y: [Int] }",
    },
    "the same in both": {
        "a": "type Query { f: [Int] @shareable @listSize(assumedSize: 3) }",
        "b": "type Query { f: [Int] @shareable @listSize(assumedSize: 3, requireOneSlicingArgument: true) }",
    },
    "a size of what is no list": {"a": "type Query { f: Int @listSize(assumedSize: 3) }"},
    "a negative size": {"a": "type Query { f: [Int] @listSize(assumedSize: -3) }"},
    "an unknown slicing argument": {"a": 'type Query { f: [Int] @listSize(slicingArguments: ["first"]) }'},
    "a slicing argument that is no number": {
        "a": 'type Query { f(first: String): [Int] @listSize(slicingArguments: ["first"]) }'
    },
    "a list of slicing arguments": {
        "a": 'type Query { f(first: [Int!]): [Int] @listSize(slicingArguments: ["first"]) }'
    },
    "an unknown sized field": {"a": 'type Query { f: C @listSize(sizedFields: ["y"]) } type C { x: [Int] }'},
    "a sized field that is no list": {
        "a": 'type Query { f: C @listSize(sizedFields: ["x"]) } type C { x: Int }'
    },
    "sized fields of a scalar": {"a": 'type Query { f: Int @listSize(sizedFields: ["x"]) }'},
    "a cost on an interface's field": {
        "a": "type Query { i: I } interface I { x: Int @cost(weight: 3) } type A implements I { x: Int }"
    },
    "a cost by another name": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
        'import: [{name: "@cost", as: "@price"}, "@shareable"]) type Query { f: Int @price(weight: 3) '
        "g: [Int] @federation__listSize(assumedSize: 2) }",
    },
    "from the cost specification itself": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) '
        '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"]) '
        "directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION "
        "| OBJECT | SCALAR "
        "type Query { f: Int @cost(weight: 3) }",
    },
}

CUSTOM = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", '
    '"@composeDirective"]) @link(url: "https://example.com/%s", import: ["@%s"]) @composeDirective(name: "@%s") '
)
"""A directive of a specification of one's own, to be kept."""

DIRECTIVES: dict[str, Case] = {
    "a composed directive": {
        "a": CUSTOM
        % ("mine/v1.2", "mine", "mine")
        + "directive @mine(a: Int = 1) on FIELD_DEFINITION | OBJECT "
        "type Query @mine { f: Int @mine(a: 2) }",
        "b": "type Query { g: Int }",
    },
    "in two versions": {
        "a": CUSTOM % ("mine/v1.2", "mine", "mine")
        + "directive @mine(a: Int) on FIELD_DEFINITION type Query { f: Int @mine(a: 2) }",
        "b": CUSTOM % ("mine/v1.3", "mine", "mine")
        + "directive @mine(a: Int, b: Int) on FIELD_DEFINITION type Query { g: Int @mine(b: 2) }",
    },
    "in two major versions": {
        "a": CUSTOM % ("mine/v1.2", "mine", "mine")
        + "directive @mine on FIELD_DEFINITION type Query { f: Int @mine }",
        "b": CUSTOM % ("mine/v2.0", "mine", "mine")
        + "directive @mine on FIELD_DEFINITION type Query { g: Int @mine }",
    },
    "composed by one subgraph alone": {
        "a": CUSTOM % ("mine/v1.2", "mine", "mine")
        + "directive @mine on FIELD_DEFINITION type Query { f: Int @mine }",
        "b": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") '
        '@link(url: "https://example.com/mine/v1.0", import: ["@mine"]) '
        "directive @mine on FIELD_DEFINITION type Query { g: Int @mine }",
    },
    "repeatable": {
        "a": CUSTOM
        % ("mine/v1.2", "mine", "mine")
        + "directive @mine(a: Int) repeatable on FIELD_DEFINITION "
        "type Query { f: Int @shareable @mine(a: 2) @mine(a: 3) }",
        "b": CUSTOM
        % ("mine/v1.2", "mine", "mine")
        + "directive @mine(a: Int) repeatable on FIELD_DEFINITION "
        "type Query { f: Int @shareable @mine(a: 3) @mine(a: 4) }",
    },
    "with different arguments": {
        "a": CUSTOM % ("mine/v1.2", "mine", "mine") + "directive @mine(a: Int) on FIELD_DEFINITION "
        "type Query { f: Int @shareable @mine(a: 2) }",
        "b": CUSTOM % ("mine/v1.2", "mine", "mine") + "directive @mine(a: Int) on FIELD_DEFINITION "
        "type Query { f: Int @shareable @mine(a: 3) }",
    },
    "no leading at": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) '
        '@link(url: "https://example.com/mine/v1.2", import: ["@mine"]) @composeDirective(name: "mine") '
        "directive @mine on FIELD_DEFINITION type Query { f: Int @mine }",
    },
    "unknown": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) '
        '@composeDirective(name: "@mine") type Query { f: Int }',
    },
    "of no specification": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) '
        '@composeDirective(name: "@mine") directive @mine on FIELD_DEFINITION type Query { f: Int @mine }',
    },
    "federation's own": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@key"]) '
        '@composeDirective(name: "@key") type Query { f: Int }',
    },
    "one that is kept anyhow": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@tag"]) '
        '@composeDirective(name: "@tag") type Query { f: Int @tag(name: "x") }',
    },
    "for queries, everywhere": {
        "a": "directive @cached(ttl: Int = 3) repeatable on FIELD | QUERY | FIELD_DEFINITION type Query { f: Int }",
        "b": "directive @cached(ttl: Int = 3) repeatable on QUERY | FIELD type Query { g: Int }",
    },
    "for queries, in some": {
        "a": "directive @cached on FIELD type Query { f: Int }",
        "b": "type Query { g: Int }",
    },
    "for queries, at different places": {
        "a": "directive @cached on FIELD | QUERY type Query { f: Int }",
        "b": "directive @cached on FIELD | FRAGMENT_SPREAD type Query { g: Int }",
    },
    "for queries, at no common place": {
        "a": "directive @cached on QUERY type Query { f: Int }",
        "b": "directive @cached on FIELD type Query { g: Int }",
    },
    "for queries, repeatable in some": {
        "a": "directive @cached repeatable on FIELD type Query { f: Int }",
        "b": "directive @cached on FIELD type Query { g: Int }",
    },
    "for queries, with other arguments": {
        "a": "directive @cached(a: Int, b: Int!) on FIELD type Query { f: Int }",
        "b": "directive @cached(b: Int) on FIELD type Query { g: Int }",
    },
    "on the schema": {"a": LINK + 'schema @tag(name: "x") { query: Query } type Query { f: Int }'},
    "not composed": {
        "a": "directive @mine on FIELD_DEFINITION type Query { f: Int @mine }",
        "b": "type Query { g: Int }",
    },
    "deprecated in two ways": {
        "a": 'type Query { f: Int @shareable @deprecated(reason: "old") }',
        "b": 'type Query { f: Int @shareable @deprecated(reason: "older") }',
        "c": 'type Query { f: Int @shareable @deprecated(reason: "older") }',
    },
    "deprecated with the default reason": {
        "a": "type Query { f: Int @shareable @deprecated }",
        "b": 'type Query { f: Int @shareable @deprecated(reason: "No longer supported") }',
    },
}
OLD: dict[str, Case] = {
    "an extension of another's type": {
        "a": FEDERATION_1 + 'type Query { u: User } type User @key(fields: "id") { id: ID! name: String }',
        "b": FEDERATION_1
        + 'extend type User @key(fields: "id") { id: ID! @external posts: [Post] } type Post { id: ID }',
    },
    "the same with a directive": {
        "a": FEDERATION_1 + 'type Query { u: User } type User @key(fields: "id") { id: ID! name: String }',
        "b": FEDERATION_1 + 'type User @extends @key(fields: "id") { id: ID! @external posts: [Int] } '
        "type Query @extends { x: Int }",
    },
    "value types": {
        "a": FEDERATION_1 + "type Query { m: Money } type Money { amount: Int currency: C } enum C { EUR } "
        "input I { a: Int } scalar S union U = Money interface N { amount: Int }",
        "b": FEDERATION_1
        + "type Money { amount: Int currency: C } enum C { EUR } input I { a: Int } scalar S "
        "union U = Money interface N { amount: Int }",
    },
    "value types that differ": {
        "a": FEDERATION_1 + "type Query { m: Money } type Money { amount: Int currency: String }",
        "b": FEDERATION_1 + "type Money { amount: Int } extend type Query { n: Money }",
    },
    "requires and provides": {
        "a": FEDERATION_1
        + 'type Query { p: Product } type Product @key(fields: "id") { id: ID! price: Int weight: Int }',
        "b": FEDERATION_1 + 'extend type Product @key(fields: "id") { id: ID! @external price: Int @external '
        'weight: Int @external shipping: Int @requires(fields: "price weight") } '
        'extend type Query { top: Product @provides(fields: "price") }',
    },
    "unused externals": {
        "a": FEDERATION_1
        + 'type Query { p: Product } type Product @key(fields: "id") { id: ID! price: Int }',
        "b": FEDERATION_1
        + 'extend type Product @key(fields: "id") { id: ID! @external price: Int @external x: Int }',
    },
    "provides what is no object": {
        "a": FEDERATION_1 + 'type Query { p: Int @provides(fields: "x") }',
    },
    "keys of an interface": {
        "a": FEDERATION_1 + 'type Query { i: I } interface I @key(fields: "id") { id: ID! } '
        'type A implements I @key(fields: "id") { id: ID! }',
    },
    "a key field's implementation": {
        "a": FEDERATION_1 + 'type Query { t: T } type T @key(fields: "o { id }") { o: O } type O { id: ID! }',
        "b": FEDERATION_1
        + 'extend type T @key(fields: "o { id }") { o: O @external x: Int } extend type O { id: ID! @external }',
    },
    "external on the type": {
        "a": FEDERATION_1 + 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
        "b": FEDERATION_1 + 'extend type T @key(fields: "id") @external { id: ID! x: Int }',
    },
    "beside Federation 2": {
        "a": FEDERATION_1
        + 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int } type V { a: Int }',
        "b": 'type T @key(fields: "id") { id: ID! y: V } type V @shareable { a: Int }',
    },
    "beside Federation 2, not shared there": {
        "a": FEDERATION_1 + "type Query { v: V } type V { a: Int }",
        "b": "type Query { w: V } type V { a: Int }",
    },
    "tags": {
        "a": FEDERATION_1 + 'type Query { t: T @tag(name: "x") } type T @tag(name: "y") { a: Int }',
    },
    "its machinery": {
        "a": FEDERATION_1 + "scalar _Any scalar _FieldSet union _Entity = T type _Service { sdl: String } "
        "directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE directive @external on FIELD_DEFINITION "
        "type Query { t: T _service: _Service! _entities(representations: [_Any!]!): [_Entity]! } "
        'type T @key(fields: "id") { id: ID! }',
    },
    "a mutation and a subscription": {
        "a": FEDERATION_1
        + "schema { query: Q mutation: M } type Q { a: Int } type M { m: Int } type Query { x: Int }",
    },
    "renamed roots": {
        "a": FEDERATION_1 + "schema { query: Q mutation: M } type Q { a: Int } type M { m: Int }",
        "b": FEDERATION_1 + "extend type Query { b: Int } extend type Mutation { n: Int }",
    },
}
LINKS: dict[str, Case] = {
    "renamed imports": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{name: "@key", as: "@entity"}, '
        '{name: "@shareable", as: "@shared"}, {name: "FieldSet", as: "Fields"}]) '
        'type Query { t: T @shared } type T @entity(fields: "id") { id: ID! }',
        "b": 'type Query { t: T @shareable } type T @key(fields: "id") { id: ID! x: Int }',
    },
    "federation by another name": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", as: "fed") '
        'type Query { t: T @fed__shareable @fed__tag(name: "x") } type T @fed__key(fields: "id") { id: ID! }',
        "b": 'type Query { t: T @shareable } type T @key(fields: "id") { id: ID! x: Int }',
    },
    "link by another name": {
        "a": 'extend schema @lnk(url: "https://specs.apollo.dev/link/v1.0", as: "lnk") '
        '@lnk(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) '
        'type Query { t: T } type T @key(fields: "id") { id: ID! }',
    },
    "nothing imported": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") '
        'type Query { t: T @federation__tag(name: "x") } type T @federation__key(fields: "id") { id: ID! }',
    },
    "tags by two names": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{name: "@tag", as: "@label"}]) '
        'type Query { f: Int @label(name: "x") }',
        "b": 'type Query { g: Int @tag(name: "x") }',
    },
    "version 2.0": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@tag"]) '
        'type Query { t: T @tag(name: "x") } type T @key(fields: "id") { id: ID! }',
    },
    "version 2.7": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"]) '
        'type Query { t: T @override(from: "b", label: "l") } type T @key(fields: "id") { id: ID! }',
        "b": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) '
        'type Query { t: T } type T @key(fields: "id") { id: ID! }',
    },
    "an import of a later version": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@authenticated"]) '
        "type Query { f: Int @authenticated }",
    },
    "an unknown import": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@nope"]) '
        "type Query { f: Int }",
    },
    "an import without its at": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["key"]) type Query { f: Int }',
    },
    "a use that is not imported": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) '
        "type Query { f: Int @shareable }",
    },
    "an unknown version": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.99", import: ["@key"]) type Query { f: Int }',
    },
    "linked twice": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) '
        '@link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@tag"]) type Query { f: Int }',
    },
    "a schema definition": {
        "a": 'schema @link(url: "https://specs.apollo.dev/link/v1.0") '
        '@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) { query: Q } '
        'type Q { t: T } type T @key(fields: "id") { id: ID! }',
        "b": "type Query { u: Int }",
    },
    "definitions written out": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/link/v1.0") '
        '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"]) '
        "directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA "
        "directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE "
        "directive @shareable repeatable on OBJECT | FIELD_DEFINITION "
        "scalar federation__FieldSet scalar link__Import enum link__Purpose { SECURITY EXECUTION } "
        'type Query { t: T @shareable } type T @key(fields: "id") { id: ID! }',
    },
    "a definition that is wrong": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) '
        "directive @key(fields: Int!) repeatable on OBJECT "
        "type Query { t: T } type T @key(fields: 1) { id: ID! }",
    },
    "for security": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") '
        '@link(url: "https://example.com/guard/v1.0", for: SECURITY) type Query { f: Int }',
    },
}
HINTS: dict[str, Case] = {
    "descriptions differ": {
        "a": '"""One.""" type Query { """f""" f("""x""" a: Int): Int @shareable }',
        "b": '"""Two.""" type Query { """g""" f("""y""" a: Int): Int @shareable }',
    },
    "most descriptions agree": {
        "a": '"""One.""" type Query { f: Int @shareable }',
        "b": '"""Two.""" type Query { f: Int @shareable }',
        "c": '"""Two.""" type Query { f: Int @shareable }',
    },
    "descriptions of schemas": {
        "a": LINK + '"""One.""" schema { query: Query } type Query { f: Int }',
        "b": LINK + '"""Two.""" schema { query: Query } type Query { g: Int }',
    },
    "a value type's field in some": {
        "a": "type Query { v: V @shareable } type V @shareable { a: Int b: Int }",
        "b": "type Query { v: V @shareable } type V @shareable { a: Int }",
    },
    "an interface's field in some": {
        "a": "type Query { i: I @shareable } interface I { a: Int b: Int } type T implements I @shareable { a: Int b: Int }",
        "b": "type Query { i: I @shareable } interface I { a: Int } type T implements I @shareable { a: Int b: Int }",
    },
    "an input's field in some": {
        "a": "type Query { f(i: N): Int @shareable } input N { a: Int b: Int }",
        "b": "type Query { f(i: N): Int @shareable } input N { a: Int }",
    },
    "a union's member in some": {
        "a": "type Query { u: U @shareable } union U = A | B type A @shareable { a: Int } type B @shareable { a: Int }",
        "b": "type Query { u: U @shareable } union U = A type A @shareable { a: Int }",
    },
    "an enum that is answered": {
        "a": "type Query { e: E @shareable } enum E { A B }",
        "b": "type Query { e: E @shareable } enum E { A }",
    },
    "an enum that is asked": {
        "a": "type Query { f(e: E): Int @shareable } enum E { A B }",
        "b": "type Query { f(e: E): Int @shareable } enum E { A }",
    },
    "an enum that nobody uses": {"a": "type Query { f: Int } enum E { A }"},
    "types that differ": {
        "a": "type Query { f(a: Int): Int! @shareable }",
        "b": "type Query { f(a: Int!): Int @shareable }",
    },
    "input types that differ": {
        "a": "type Query { f(i: N): Int @shareable } input N { a: Int }",
        "b": "type Query { f(i: N): Int @shareable } input N { a: Int! }",
    },
    "an argument in some": {
        "a": "type Query { f(a: Int, b: Int): Int @shareable }",
        "b": "type Query { f(a: Int): Int @shareable }",
    },
    "a default in some": {
        "a": "type Query { f(a: Int = 1): Int @shareable }",
        "b": "type Query { f(a: Int): Int @shareable }",
    },
    "an entity in some": {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @shareable }',
        "b": "type Query { u: T } type T { id: ID! @shareable x: Int @shareable }",
    },
    "runtime types of a shared field": {
        "a": "type Query { i: I @shareable } interface I { a: Int } type A implements I @shareable { a: Int } "
        "type B implements I @shareable { a: Int }",
        "b": "type Query { i: I @shareable } interface I { a: Int } type A implements I @shareable { a: Int }",
    },
    "interfaces in some": {
        "a": "type Query { i: I } interface I { a: Int } type A implements I @shareable { a: Int }",
        "b": "type Query { j: A } type A @shareable { a: Int }",
    },
    "a subgraph without queries": {
        "a": "type Query { f: Int }",
        "b": 'type T @key(fields: "id") { id: ID! }',
    },
    "no queries": {"a": 'type T @key(fields: "id") { id: ID! }'},
    "a list in a value": {
        "a": "type Query { f(a: [In!] = [{k: 1, l: [2, 3]}]): Int } input In { k: Int l: [Int] }",
    },
    "a hidden enum value in some": {
        "a": "type Query { t(e: E): E } enum E { X Y }",
        "b": "type Query { u(e: E): E } enum E { X Y Z @inaccessible }",
    },
    "a hidden input field in some": {
        "a": "type Query { t(e: I): Int } input I { x: Int }",
        "b": "type Query { u(e: I): Int } input I { x: Int z: Int @inaccessible }",
    },
    "an enum of a directive's argument": {
        "a": "directive @access(scope: S!) on FIELD enum S { A PUBLIC } type Query { t: Int }",
        "b": "directive @access(scope: S! = PUBLIC) on FIELD enum S { A PUBLIC } type Query { u: Int }",
    },
    "two definitions of one composed directive": {
        "a": ACCESS_LINK + "directive @access(scope: S!) on FIELD | FIELD_DEFINITION enum S { A PUBLIC } "
        "type Query { t: Int @access(scope: A) }",
        "b": ACCESS_LINK + "directive @access(scope: S! = PUBLIC) on FIELD | FIELD_DEFINITION "
        "enum S { A PUBLIC } type Query { u: Int @access }",
    },
    "a shared subscription": {
        "a": "type Query { f: Int } type Subscription { s: Int @shareable }",
        "b": "type Subscription { s: Int @shareable }",
    },
}


def linked(sdl: str) -> str:
    """The SDL as a subgraph would publish it."""
    return sdl if "@link" in sdl or "@lnk" in sdl or sdl.startswith(FEDERATION_1) else LINK + sdl


def all_cases() -> dict[str, Case]:
    """Every case, by group and name."""
    groups = {
        "access": ACCESS,
        "context": CONTEXT,
        "override": OVERRIDES,
        "interface object": INTERFACE_OBJECTS,
        "cost": COSTS,
        "directives": DIRECTIVES,
        "federation 1": OLD,
        "links": LINKS,
        "hints": HINTS,
    }
    return {f"{group}: {name}": case for group, cases in groups.items() for name, case in cases.items()}
