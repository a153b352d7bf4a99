"""What the fuzzer found, cut down by hand: each was answered wrongly once."""

from __future__ import annotations

from typing import Any

from tests.support.federation import MemoryGraph, MemorySubgraph


class Bumps:
    """A mutation that counts how often it ran."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _info: Any, by: int = 1) -> int:
        self.count += by
        return self.count


def test_a_mutation_that_is_written_twice_runs_once() -> None:
    bump = Bumps()
    graph = MemoryGraph(
        [
            MemorySubgraph("s1", "type Query { one: Int } type Mutation { other: Int }", {"other": 1}),
            MemorySubgraph(
                "s3", "type Query { three: Int } type Mutation { bump(by: Int! = 1): Int! }", {"bump": bump}
            ),
        ]
    )
    answer = graph.run(
        "mutation($no: Boolean! = false) { ... on Mutation @skip(if: $no) { bump(by: 5) other } bump(by: 5) }"
    )
    assert answer == {"data": {"bump": 5, "other": 1}}
    assert bump.count == 5


def test_what_a_skipped_field_requires_is_not_missed_by_others() -> None:
    cat = {"__typename": "Cat", "id": "c1", "color": 7, "note": "n", "needs": 8}
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "s1",
                'type Query { cat: Cat }\ntype Cat @key(fields: "id") { id: ID! color: Int }',
                {"cat": cat},
                lambda _representation: cat,
            ),
            MemorySubgraph(
                "s2",
                'type Cat @key(fields: "id") {\n'
                '  id: ID! color: Int @external note: String needs: Int @requires(fields: "color") }',
                {},
                lambda _representation: cat,
            ),
        ]
    )
    answer = graph.run("query($yes: Boolean = true) { cat @skip(if: $yes) { needs } cat { note } }")
    assert answer == {"data": {"cat": {"note": "n"}}}


def test_an_interface_object_requires_what_each_entity_has_elsewhere() -> None:
    ant = {"__typename": "Ant", "id": "a1", "sku": "s1", "mood": 5}
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "s1",
                'type Ant @key(fields: "sku") { sku: String! mood: Int @override(from: "s3") }',
                {},
                lambda _representation: ant,
            ),
            MemorySubgraph(
                "s3",
                'interface Creature @key(fields: "id") { id: ID! mood: Int }\n'
                'type Ant implements Creature @key(fields: "id") @key(fields: "sku") {\n'
                "  id: ID! sku: String! @shareable mood: Int }\n"
                'type Bee implements Creature @key(fields: "id") { id: ID! mood: Int }',
                {},
                lambda _representation: ant,
            ),
            MemorySubgraph(
                "s4",
                "type Query { creature: Creature }\n"
                'type Creature @key(fields: "id") @interfaceObject {\n'
                '  id: ID! mood: Int @external trait: Int @requires(fields: "mood") }',
                {"creature": {"__typename": "Creature", "id": "a1"}},
                lambda told: {"__typename": "Creature", "id": told["id"], "trait": told["mood"] + 1},
            ),
        ]
    )
    assert graph.run("{ creature { trait } }") == {"data": {"creature": {"trait": 6}}}
