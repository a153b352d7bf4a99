"""How definitions of one thing in several subgraphs become one."""

from __future__ import annotations

from tests.unit.router.core.composition.federation import compose_sdls, hints_of, types_of

QUERY = "type Query { q: Int @shareable }\n"


def test_results_widen_and_each_subgraph_keeps_its_own_type() -> None:
    composition = compose_sdls(
        a=QUERY + "type T @shareable { one: Int!, list: [Int!]!, same: Int!, thing: Thing! } "
        "interface Thing { x: Int } type Toy implements Thing @shareable { x: Int }",
        b=QUERY + "type T @shareable { one: Int, list: [Int]!, same: Int!, thing: Toy! } "
        "type Toy @shareable { x: Int }",
    )
    assert types_of(composition, "T") == (
        "type T\n"
        "  @join__type(graph: A)\n"
        "  @join__type(graph: B)\n"
        "{\n"
        '  one: Int @join__field(graph: A, type: "Int!") @join__field(graph: B, type: "Int")\n'
        '  list: [Int]! @join__field(graph: A, type: "[Int!]!") @join__field(graph: B, type: "[Int]!")\n'
        "  same: Int!\n"
        '  thing: Thing! @join__field(graph: A, type: "Thing!") @join__field(graph: B, type: "Toy!")\n'
        "}"
    )


def test_inputs_narrow_to_what_every_subgraph_understands() -> None:
    composition = compose_sdls(
        a="input I { both: Int, only: Int, list: [Int] = [1] } type Query { q(i: I, x: Int, only: Int): Int @shareable }",
        b="input I { list: [Int!], both: Int! } type Query { q(i: I!, x: Int): Int @shareable }",
    )
    assert types_of(composition, "I", "Query") == (
        "input I\n"
        "  @join__type(graph: A)\n"
        "  @join__type(graph: B)\n"
        "{\n"
        '  both: Int! @join__field(graph: A, type: "Int") @join__field(graph: B, type: "Int!")\n'
        '  list: [Int!] @join__field(graph: A, type: "[Int]") @join__field(graph: B, type: "[Int!]")\n'
        "}\n\n"
        "type Query\n"
        "  @join__type(graph: A)\n"
        "  @join__type(graph: B)\n"
        "{\n"
        "  q(i: I!, x: Int): Int\n"
        "}"
    )
    assert [hint.code for hint in composition.hints] == [
        "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
        "INCONSISTENT_INPUT_OBJECT_FIELD",
        "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
        "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
        "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE",
        "INCONSISTENT_ARGUMENT_PRESENCE",
    ]


def test_an_enum_of_results_has_the_values_of_all() -> None:
    composition = compose_sdls(a="enum E { X Y } type Query { a: E }", b="enum E { X Z } type Query { b: E }")
    assert types_of(composition, "E") == (
        "enum E\n"
        "  @join__type(graph: A)\n"
        "  @join__type(graph: B)\n"
        "{\n"
        "  X @join__enumValue(graph: A) @join__enumValue(graph: B)\n"
        "  Y @join__enumValue(graph: A)\n"
        "  Z @join__enumValue(graph: B)\n"
        "}"
    )


def test_an_enum_of_inputs_has_the_values_that_all_know() -> None:
    composition = compose_sdls(
        a="enum E { X Y } type Query { a(e: E): Int }", b="enum E { X Z } type Query { b(e: E): Int }"
    )
    assert types_of(composition, "E").splitlines()[4:-1] == [
        "  X @join__enumValue(graph: A) @join__enumValue(graph: B)"
    ]


def test_a_union_has_the_members_of_all() -> None:
    composition = compose_sdls(
        a="union U = A | B type A { a: Int } type B @shareable { b: Int } type Query { u: U @shareable }",
        b="union U = B | C type C { c: Int } type B @shareable { b: Int } type Query { u: U @shareable }",
    )
    assert types_of(composition, "U") == (
        "union U\n"
        "  @join__type(graph: A)\n"
        "  @join__type(graph: B)\n"
        '  @join__unionMember(graph: A, member: "A")\n'
        '  @join__unionMember(graph: A, member: "B")\n'
        '  @join__unionMember(graph: B, member: "B")\n'
        '  @join__unionMember(graph: B, member: "C")\n'
        " = A | B | C"
    )
    assert [hint.code for hint in composition.hints] == [
        "INCONSISTENT_UNION_MEMBER",
        "INCONSISTENT_UNION_MEMBER",
        "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN",
    ]


def test_interfaces_are_joined_where_they_are_implemented() -> None:
    composition = compose_sdls(
        a=QUERY + 'interface Node { id: ID! } type T implements Node @key(fields: "id") { id: ID! }',
        b=QUERY + 'type T @key(fields: "id") { id: ID! b: Int }',
    )
    assert types_of(composition, "T").splitlines()[:4] == [
        "type T implements Node",
        '  @join__implements(graph: A, interface: "Node")',
        '  @join__type(graph: A, key: "id")',
        '  @join__type(graph: B, key: "id")',
    ]


def test_an_override_takes_a_field_from_where_it_was() -> None:
    composition = compose_sdls(
        a=QUERY + 'type T @key(fields: "id") { id: ID! moved: Int kept: Int }',
        b=QUERY + 'type T @key(fields: "id") { id: ID! moved: Int @override(from: "a") }',
    )
    assert types_of(composition, "T").splitlines()[4:-1] == [
        "  id: ID!",
        '  moved: Int @join__field(graph: B, override: "a")',
        "  kept: Int @join__field(graph: A)",
    ]
    assert [hint.code for hint in composition.hints] == ["OVERRIDDEN_FIELD_CAN_BE_REMOVED"]


def test_an_overridden_field_stays_where_a_key_needs_it() -> None:
    composition = compose_sdls(
        a=QUERY + 'type T @key(fields: "id") { id: ID! @override(from: "b") }',
        b=QUERY + 'type T @key(fields: "id") { id: ID! x: Int }',
    )
    assert types_of(composition, "T").splitlines()[4] == (
        '  id: ID! @join__field(graph: A, override: "b") @join__field(graph: B, usedOverridden: true)'
    )


def test_a_labelled_override_keeps_both() -> None:
    composition = compose_sdls(
        a=QUERY + 'type T @key(fields: "id") { id: ID! x: Int }',
        b=QUERY + 'type T @key(fields: "id") { id: ID! x: Int @override(from: "a", label: "percent(5)") }',
    )
    assert types_of(composition, "T").splitlines()[5] == (
        '  x: Int @join__field(graph: A, overrideLabel: "percent(5)") '
        '@join__field(graph: B, override: "a", overrideLabel: "percent(5)")'
    )


def test_an_interface_object_gives_its_fields_to_all_implementations() -> None:
    composition = compose_sdls(
        a='interface Media @key(fields: "id") { id: ID! } type Query { media: Media } '
        'type Video implements Media @key(fields: "id") { id: ID! }',
        b='type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int! @tag(name: "t") }',
    )
    assert types_of(composition, "Media", "Video") == (
        "interface Media\n"
        '  @join__type(graph: A, key: "id")\n'
        '  @join__type(graph: B, key: "id", isInterfaceObject: true)\n'
        "{\n"
        "  id: ID!\n"
        '  likes: Int! @join__field(graph: B) @tag(name: "t")\n'
        "}\n\n"
        "type Video implements Media\n"
        '  @join__implements(graph: A, interface: "Media")\n'
        '  @join__type(graph: A, key: "id")\n'
        "{\n"
        "  id: ID!\n"
        '  likes: Int! @tag(name: "t") @join__field\n'
        "}"
    )


def test_directives_that_routers_need_are_kept_once() -> None:
    composition = compose_sdls(
        a='type Query { q: T @shareable } scalar S @specifiedBy(url: "http://s") '
        'type T @shareable @tag(name: "x") { f(a: Int @deprecated @inaccessible): S @tag(name: "x") @tag(name: "y") }',
        b='type Query { q: T @shareable } type T @shareable { f(a: Int): S @tag(name: "x") @inaccessible g: Int } scalar S',
    )
    assert types_of(composition, "S", "T").splitlines() == [
        "scalar S",
        "  @join__type(graph: A)",
        "  @join__type(graph: B)",
        '  @specifiedBy(url: "http://s")',
        "",
        "type T",
        "  @join__type(graph: A)",
        "  @join__type(graph: B)",
        '  @tag(name: "x")',
        "{",
        '  f(a: Int @inaccessible @deprecated): S @inaccessible @tag(name: "x") @tag(name: "y")',
        "  g: Int @join__field(graph: B)",
        "}",
    ]
    assert (
        '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)'
        in composition.supergraph_sdl
    )


def test_descriptions_come_from_the_majority() -> None:
    sdl = '"{}" type T @shareable {{ x: Int }}' + QUERY.replace("{", "{{").replace("}", "}}")
    sdls = {"a": sdl.format("odd one"), "b": sdl.format("common"), "c": sdl.format("common")}
    composition = compose_sdls(**sdls)
    assert types_of(composition, "T").startswith('"""common"""\ntype T\n')
    assert hints_of(**sdls) == ["INCONSISTENT_DESCRIPTION"]
