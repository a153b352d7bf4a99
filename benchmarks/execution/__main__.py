"""CPU of one operation: graphql-core with Strawberry, the compiled executor, and graphql-js and graphql-jit from npm."""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from inspect import isawaitable
from typing import Any

from graphql import GraphQLSchema, execute, parse, validate

from benchmarks.execution.node import node_executors
from benchmarks.execution.page import QUERY, VIDEOS, make_context, make_schema
from benchmarks.report import Row, add_json_argument, report
from kit.graphql.compiled import CompiledSchema

VARIABLES = {"first": VIDEOS}
_WARM_UP = 200
Operation = Callable[[], Awaitable[Any]]
Weigh = Callable[[int], Awaitable[float]]
"""CPU of one operation in microseconds, of so many."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.execution", description=__doc__)
    parser.add_argument("--operations", type=int, default=200, help="a turn (default: %(default)s)")
    parser.add_argument(
        "--turns", type=int, default=15, help="of each, taken in turns (default: %(default)s)"
    )
    add_json_argument(parser)
    arguments = parser.parse_args()
    report(asyncio.run(measure(arguments.operations, arguments.turns)), arguments.json)


async def measure(operations: int, turns: int) -> list[Row]:
    """Raises AssertionError when the answers differ."""
    declared, called = make_schema(is_declared=True)._schema, make_schema(is_declared=False)._schema
    ours: dict[str, Operation] = {
        "interpreted": _interpreted(called),
        "interpreted, declared loaders": _interpreted(declared),
        "compiled": _compiled(called),
        "compiled, declared loaders": _compiled(declared),
    }
    async with node_executors() as others:
        answers = [(await run()).formatted for run in ours.values()]
        answers += [await other.answer() for other in others]
        assert all(answer == answers[0] for answer in answers), "the executors answer differently"
        contenders: dict[str, Weigh] = {name: partial(_cpu_us, run) for name, run in ours.items()}
        contenders |= {other.name: other.cpu_us for other in others}
        taken = await _take_turns(contenders, operations, turns)
    slowest = statistics.median(taken["interpreted"])
    rows: list[Row] = [
        {
            "name": name,
            "cpu_us": statistics.median(times),
            "best_cpu_us": min(times),
            "times_faster": slowest / statistics.median(times),
        }
        for name, times in taken.items()
    ]
    return [*rows, {"name": "compiling it", "cpu_us": _compile_us(declared)}]


async def _take_turns(contenders: Mapping[str, Weigh], operations: int, turns: int) -> dict[str, list[float]]:
    for weigh in contenders.values():
        await weigh(_WARM_UP)
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    gc.collect()
    gc.freeze()
    for _ in range(turns):
        for name, weigh in contenders.items():
            taken[name].append(await weigh(operations))
    return taken


async def _cpu_us(run: Operation, operations: int) -> float:
    began = time.process_time()
    for _ in range(operations):
        await run()
    return (time.process_time() - began) / operations * 1e6


def _compile_us(schema: GraphQLSchema) -> float:
    taken = []
    for _ in range(20):
        document, compiled = parse(QUERY), CompiledSchema(schema)
        began = time.process_time()
        compiled.explain(document, variables=VARIABLES)
        taken.append((time.process_time() - began) * 1e6)
    return statistics.median(taken)


def _interpreted(schema: GraphQLSchema) -> Operation:
    document = parse(QUERY)
    assert not validate(schema, document)

    async def run() -> Any:
        result = execute(schema, document, variable_values=VARIABLES, context_value=make_context())
        return await result if isawaitable(result) else result

    return run


def _compiled(schema: GraphQLSchema) -> Operation:
    document, compiled = parse(QUERY), CompiledSchema(schema)

    async def run() -> Any:
        return await compiled.execute(document, variables=VARIABLES, context=make_context())

    return run


if __name__ == "__main__":
    main()
