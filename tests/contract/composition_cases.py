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
DIRECTIVES: dict[str, Case] = {}
OLD: dict[str, Case] = {}
LINKS: dict[str, Case] = {}
HINTS: dict[str, Case] = {}


def linked(sdl: str) -> str:
    """The SDL as a subgraph would publish it."""
    return sdl if "@link" in sdl or sdl.startswith(FEDERATION_1) else LINK + sdl


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
