"""How long a new operation takes from its text to its plan, and what a great many of them leave in memory.

Every operation is another one: 30 fields drawn from this project's graph, in all its subgraphs.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_leaf_type,
    is_required_argument,
)

from benchmarks.report import Row, add_json_argument, report
from router.core.operation import prepare_operation
from router.core.planner import plan_operation
from router.core.supergraph import Supergraph, load_supergraph
from router.engine import Engine

_LITERALS = {"Int": "7", "Float": "0.5", "Boolean": "true"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning", description=__doc__)
    parser.add_argument("--operations", type=int, default=1000, help="to time (default: %(default)s)")
    parser.add_argument("--distinct", type=int, default=10_000, help="to keep in mind (default: %(default)s)")
    parser.add_argument("--fields", type=int, default=30, help="of each (default: %(default)s)")
    add_json_argument(parser)
    arguments = parser.parse_args()
    supergraph = load_supergraph(Path("supergraph.graphql").read_text())
    writer = OperationWriter(supergraph.api_schema, random.Random(1), arguments.fields)
    rows = [*_time_new_operations(supergraph, writer, arguments.operations)]
    rows += _weigh_distinct_operations(supergraph, writer, arguments.distinct)
    report(rows, arguments.json)


def _time_new_operations(supergraph: Supergraph, writer: OperationWriter, count: int) -> Iterator[Row]:
    preparing, planning, fetches = [], [], []
    for _ in range(count):
        text = writer.write()
        began = time.perf_counter()
        operation = prepare_operation(supergraph, text)
        prepared = time.perf_counter()
        plan = plan_operation(supergraph, operation)
        planning.append((time.perf_counter() - prepared) * 1000)
        preparing.append((prepared - began) * 1000)
        fetches.append(len(plan.fetches))
    yield _timing("parse and validate", preparing)
    yield {**_timing("plan", planning), "fetches": statistics.mean(fetches)}


def _timing(name: str, taken: Sequence[float]) -> Row:
    ordered = sorted(taken)
    return {"name": name, "p50 ms": statistics.median(ordered), "p99 ms": ordered[int(len(ordered) * 0.99)]}


def _weigh_distinct_operations(supergraph: Supergraph, writer: OperationWriter, count: int) -> Iterator[Row]:
    engine = Engine(supergraph, {})
    steps = 5
    for step in range(1, steps + 1):
        for _ in range(count // steps):
            engine.prepare(writer.write())
        yield {"name": f"memory after {count // steps * step:,} operations", "MiB": _resident_mib()}


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


class OperationWriter:
    """Queries with about as many fields as asked for, each text another one."""

    def __init__(self, schema: GraphQLSchema, draw: random.Random, fields: int) -> None:
        self._schema = schema
        self._draw = draw
        self._fields = fields
        self._left = 0
        self._written = 0

    def write(self) -> str:
        root = self._schema.query_type
        assert root is not None
        self._left = self._fields
        self._written += 1
        parts: list[str] = []
        while self._left > 0:
            name, field = self._draw.choice(list(root.fields.items()))
            parts.append(f"f{len(parts)}: {self._field(name, field, 1)}")
        return f"query Q{self._written} {{ {' '.join(parts)} }}"

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        self._left -= 1
        type_ = get_named_type(field.type)
        given = ", ".join(
            f"{key}: {self._literal(argument)}"
            for key, argument in field.args.items()
            if is_required_argument(argument)
        )
        return (
            f"{name}{f'({given})' if given else ''}{'' if is_leaf_type(type_) else self._below(type_, depth)}"
        )

    def _below(self, type_: object, depth: int) -> str:
        if not (isinstance(type_, GraphQLObjectType) or is_interface_type(type_)):
            return " { __typename }"
        fields = list(type_.fields.items())
        if depth > 5:
            fields = [pair for pair in fields if is_leaf_type(get_named_type(pair[1].type))]
        drawn = self._draw.sample(fields, min(len(fields), self._draw.randint(1, 6)))
        inner = [self._field(name, field, depth + 1) for name, field in drawn if self._left > 0]
        return f" {{ {' '.join(inner) or '__typename'} }}"

    def _literal(self, argument: GraphQLArgument) -> str:
        nullable = get_nullable_type(argument.type)
        is_list = isinstance(nullable, GraphQLList)
        text = self._value(get_named_type(argument.type))
        return f"[{text}]" if is_list else text

    def _value(self, type_: object) -> str:
        if is_enum_type(type_):
            return str(next(iter(type_.values)))
        if is_input_object_type(type_):
            required = ((k, v) for k, v in type_.fields.items() if isinstance(v.type, GraphQLNonNull))
            return f"{{ {', '.join(f'{k}: {self._value(get_named_type(v.type))}' for k, v in required)} }}"
        name = getattr(type_, "name", "")
        return _LITERALS.get(name, f'"{self._draw.randrange(10**9)}"')


if __name__ == "__main__":
    main()
