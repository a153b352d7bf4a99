"""Searches for counter-examples at length: ``python -m tests.property.graphql.fuzz --cases N --start SEED``."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from kit.graphql.compiled import CompiledSchema
from tests.property.graphql.compare import Comparison
from tests.property.graphql.world import World
from tests.property.graphql.write_operation import OperationWriter
from tests.property.graphql.write_schema import SchemaWriter, Written

OPERATIONS = 10


def main() -> int:
    options = _parse_options()
    began, compared, found, number = time.monotonic(), 0, 0, options.start
    while compared < options.cases and found < options.most:
        example, count = find_counter_example(number)
        compared += count
        number += 1
        if example is not None:
            found += 1
            _say(example.split("\n", 1)[0] if options.brief else f"{example}\n{'=' * 80}")
    seconds = time.monotonic() - began
    _say(
        f"{number - options.start} schemas, {compared} operations, {seconds:.0f} s: {found} counter-examples"
    )
    return 1 if found else 0


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="operations to compare")
    parser.add_argument("--start", type=int, default=0, help="seed of the first schema")
    parser.add_argument("--most", type=int, default=10, help="stop after so many counter-examples")
    parser.add_argument("--brief", action="store_true", help="print seeds and reasons, not reproductions")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def find_counter_example(seed: int, operations: int = OPERATIONS) -> tuple[str | None, int]:
    """The first counter-example of the schema of ``seed``, and how many operations were compared."""
    draw = random.Random(seed)
    is_async = draw.random() < 0.6
    written = SchemaWriter(draw, is_async=is_async).write()
    world = World(seed, fault=draw.choice([0.0, 0.02, 0.1, 0.25]), is_async=is_async)
    with written.load(world) as schema:
        return _compare_operations(seed, schema._schema, world, written, draw, operations)


def _compare_operations(
    seed: int, schema: GraphQLSchema, world: World, written: Written, draw: random.Random, operations: int
) -> tuple[str | None, int]:
    writer, compiled = OperationWriter(schema, draw), CompiledSchema(schema)
    compared, seen = 0, Counter[str]()
    for _ in range(operations):
        text, variables = writer.write()
        document = valid_document(schema, text)
        if document is None:
            seen["invalid"] += 1
            continue
        compared += 1
        for turn in (1, 2):
            why = asyncio.run(Comparison(schema, world, document, variables).find_difference(compiled))
            if why is not None:
                return f"seed {seed}, turn {turn}: {why}\n{text}\n{variables}\n{written.source}", compared
    return None, compared


def valid_document(schema: GraphQLSchema, text: str) -> DocumentNode | None:
    try:
        document = parse(text)
    except GraphQLError:
        return None
    return None if validate(schema, document) else document


if __name__ == "__main__":
    sys.exit(main())
