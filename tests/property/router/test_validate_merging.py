"""Our rule of merging fields comes to graphql-core's verdict on any document."""

from __future__ import annotations

import random

import pytest
from graphql import OverlappingFieldsCanBeMergedRule, build_schema, parse, validate

from router.core.operation.validate_merging import FieldsCanBeMergedRule

SCHEMA = build_schema(
    """
    type Query { a: A b: B node: Node things: [Thing!]! n: Int }
    interface Node { id: ID! name: String next: Node }
    type A implements Node { id: ID! name: String next: A n: Int m(x: Int): Int b: B many: [A] }
    type B implements Node { id: ID! name: String next: B n: Int! m(x: Int): String a: A many: [B]! }
    union Thing = A | B
    """
)
_TYPES = ("Query", "A", "B", "Node", "Thing")
_FIELDS = {
    "Query": ["a {}", "b {}", "node {}", "things {}", "n"],
    "A": ["id", "name", "next {}", "n", "m(x: 1)", "m(x: 2)", "b {}", "many {}"],
    "B": ["id", "name", "next {}", "n", "m(x: 1)", "m", "a {}", "many {}"],
    "Node": ["id", "name", "next {}"],
    "Thing": ["__typename"],
}
_BELOW = {
    ("Query", "a"): "A", ("Query", "b"): "B", ("Query", "node"): "Node", ("Query", "things"): "Thing",
    ("A", "next"): "A", ("A", "b"): "B", ("A", "many"): "A",
    ("B", "next"): "B", ("B", "a"): "A", ("B", "many"): "B", ("Node", "next"): "Node",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(600))
def test_both_find_a_conflict_or_neither(seed: int) -> None:
    document = parse(_document(random.Random(seed)))
    ours = validate(SCHEMA, document, [FieldsCanBeMergedRule])
    theirs = validate(SCHEMA, document, [OverlappingFieldsCanBeMergedRule])
    assert bool(ours) == bool(theirs), (ours, theirs)


def _document(draw: random.Random) -> str:
    fragments = {f"F{number}": draw.choice(_TYPES) for number in range(draw.randint(0, 3))}
    parts = [f"{{ {_selections(draw, 'Query', fragments, 3)} }}"]
    for number, (name, on) in enumerate(fragments.items()):
        later = dict(list(fragments.items())[number + 1 :])
        parts.append(f"fragment {name} on {on} {{ {_selections(draw, on, later, 2)} }}")
    return "\n".join(parts)


def _selections(draw: random.Random, on: str, fragments: dict[str, str], depth: int) -> str:
    return " ".join(_selection(draw, on, fragments, depth) for _ in range(draw.randint(1, 4)))


def _selection(draw: random.Random, on: str, fragments: dict[str, str], depth: int) -> str:
    if fragments and draw.random() < 0.2:
        return f"...{draw.choice(list(fragments))}"
    if depth and draw.random() < 0.3:
        other = draw.choice(_TYPES)
        return f"... on {other} {{ {_selections(draw, other, fragments, depth - 1)} }}"
    field = draw.choice(_FIELDS[on])
    alias = draw.choice(["", "", "n: ", "id: ", "z: "])
    if not field.endswith("{}"):
        return alias + field
    if not depth:
        return f"{alias}__typename"
    name = field.removesuffix(" {}")
    return f"{alias}{name} {{ {_selections(draw, _BELOW[on, name], fragments, depth - 1)} }}"
