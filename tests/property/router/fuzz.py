"""Searches for counter-examples at length: ``python -m tests.property.router.fuzz --cases N --start SEED``."""

from __future__ import annotations

import argparse
import sys
import time

from router.core.composition import CompositionError
from tests.support.random_graphs.features import parse_features
from tests.support.random_graphs.find_counter_example import CounterExample, RandomGraph, shrink


def main() -> int:
    options = _parse_options()
    began, found, graphs = time.monotonic(), 0, 0
    for seed in range(options.start, options.start + options.cases):
        example, graphs = find_in_graph(seed, options.features, options.queries), graphs + 1
        if example is not None:
            found += 1
            _say(f"seed {seed}: {example.why[:300]}" if options.brief else f"{example}\n{'=' * 80}")
        if found >= options.most:
            break
    seconds = time.monotonic() - began
    _say(f"{graphs} graphs, {options.queries} operations each, {seconds:.0f} s: {found} counter-examples")
    return 1 if found else 0


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="graphs to draw")
    parser.add_argument("--start", type=int, default=0, help="seed of the first")
    parser.add_argument("--queries", type=int, default=10, help="operations to ask of each graph")
    parser.add_argument("--features", default="all", help="all or none, then names to add or to ~leave out")
    parser.add_argument("--most", type=int, default=10, help="stop after so many counter-examples")
    parser.add_argument("--brief", action="store_true", help="print reasons, not reproductions")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def find_in_graph(seed: int, features: str = "all", queries: int = 10) -> CounterExample | None:
    """The first counter-example of a graph, cut down."""
    graph = RandomGraph(seed, parse_features(features))
    try:
        _ = graph.supergraph
    except CompositionError as error:
        return CounterExample(seed, f"does not compose: {error}", graph.sdls)
    for number in range(queries):
        found = graph.find_counter_example(graph.draw_operation(number))
        if found is not None:
            return shrink(graph, found)
    return None


if __name__ == "__main__":
    sys.exit(main())
