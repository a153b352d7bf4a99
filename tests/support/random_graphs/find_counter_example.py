"""Asks router and monolith the same and compares: answers must be equal and no subgraph may complain."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

from graphql import build_schema

from router.core.composition import SubgraphSource, compose
from router.core.execution import Execution
from router.core.operation import prepare_operation
from router.core.planner import plan_operation, print_plan
from router.core.supergraph import Supergraph, load_supergraph
from tests.support.random_graphs.data import Data
from tests.support.random_graphs.features import ALL_FEATURES, Features
from tests.support.random_graphs.make_graph import make_graph
from tests.support.random_graphs.model import Graph
from tests.support.random_graphs.sdl import print_subgraph, print_whole
from tests.support.random_graphs.strict_subgraph import Monolith, StrictSubgraph
from tests.support.random_graphs.write_query import Node, Operation, QueryWriter


@dataclass
class CounterExample:
    seed: int
    why: str
    subgraphs: Mapping[str, str]
    operation: Operation | None = None
    plan: str = ""
    labels: frozenset[str] = frozenset()

    def __str__(self) -> str:
        parts = [f"seed {self.seed}: {self.why}"]
        parts += [f"active labels: {sorted(self.labels)}"] if self.labels else []
        parts += [f"# {name}\n{sdl}" for name, sdl in self.subgraphs.items()]
        if self.operation:
            parts += [str(self.operation), json.dumps(self.operation.used_variables()), self.plan]
        return "\n\n".join(parts)


class RandomGraph:
    """The graph of a seed, composed and ready to be asked. Raises what composition raises."""

    def __init__(self, seed: int, features: Features = ALL_FEATURES) -> None:
        self.seed = seed
        self.graph = make_graph(seed, features)
        self.data = Data(self.graph)
        choose = random.Random(f"labels {seed}")
        self.labels = frozenset(label for label in _labels(self.graph) if choose.random() < 0.5)
        self.sdls = {each.name: print_subgraph(self.graph, each) for each in self.graph.subgraphs}

    @cached_property
    def supergraph(self) -> Supergraph:
        sources = [SubgraphSource(name, f"memory://{name}", sdl) for name, sdl in self.sdls.items()]
        return load_supergraph(compose(sources).supergraph_sdl).with_labels(self.labels)

    @cached_property
    def _subgraphs(self) -> dict[str, StrictSubgraph]:
        return {each.name: StrictSubgraph(self.data, each, self.labels) for each in self.graph.subgraphs}

    def draw_operation(self, number: int) -> Operation:
        schema = build_schema(print_whole(self.graph, with_inaccessible=False))
        return QueryWriter(schema, random.Random(f"query {self.seed} {number}")).write()

    def find_counter_example(self, operation: Operation) -> CounterExample | None:
        """Why the router's answer is wrong, if it is."""
        query, variables, plan = str(operation), operation.used_variables(), ""
        wanted = Monolith(self.data).execute(query, variables)
        assert "errors" not in wanted, (self.seed, query, wanted["errors"])
        try:
            prepared = prepare_operation(self.supergraph, query)
            planned = plan_operation(self.supergraph, prepared)
            plan = print_plan(planned)
            execution = Execution(planned, prepared, prepared.coerce_variables(variables))
            why = self._carry_out(execution)
            got = execution.result()
        except Exception as error:  # noqa: BLE001  whatever breaks is a counter-example
            place = traceback.extract_tb(error.__traceback__)[-1]
            why = f"{type(error).__name__}: {error} ({place.name}, {place.filename.rpartition('/')[2]})"
            got = wanted
        if why is None and json.dumps(got) != json.dumps(wanted):
            why = f"answers differ\nwanted {json.dumps(wanted)}\ngot    {json.dumps(got)}"
        return CounterExample(self.seed, why, self.sdls, operation, plan, self.labels) if why else None

    def _carry_out(self, execution: Execution) -> str | None:
        """Runs to the end, responses in random order; what the first subgraph complained of, if one did."""
        self.data.counter = 0
        choose, waiting = random.Random(self.seed), execution.start()
        while waiting:
            request = waiting.pop(choose.randrange(len(waiting)))
            answer = self._subgraphs[request.subgraph].execute(request.query, request.variables)
            if "errors" in answer:
                error = answer["errors"][0]["message"]
                asked = f"{request.query}\n{json.dumps(request.variables)}"
                return f"subgraph {request.subgraph} complains: {error}\n{asked}"
            waiting.extend(execution.receive(request.id, json.loads(json.dumps(answer))))
        return None


def _labels(graph: Graph) -> list[str]:
    places = [
        place for part in graph.subgraphs for type_ in part.types.values() for place in type_.fields.values()
    ]
    return sorted({place.label for place in places if place.label})


def shrink(graph: RandomGraph, found: CounterExample) -> CounterExample:
    """Cuts fields and fragments from the operation as long as it still fails."""
    operation, budget = found.operation, 300
    while operation is not None and budget > 0:
        for smaller in _cuts(operation):
            budget -= 1
            again = graph.find_counter_example(smaller)
            if again is not None:
                found, operation = again, smaller
                break
        else:
            return found
    return found


def _cuts(operation: Operation) -> list[Operation]:
    """The operation less one node each, biggest cuts first; nothing is left empty."""
    sizes: list[tuple[int, int, Operation]] = []
    for path in _paths(operation.selection):
        smaller = deepcopy(operation)
        siblings = _siblings(smaller.selection, path)
        if len(siblings) > 1:
            cut = siblings.pop(path[-1])
            sizes.append((-len(list(cut.walk())), len(sizes), smaller))
    return [smaller for _, _, smaller in sorted(sizes, key=lambda each: each[:2])]


def _paths(selection: list[Node], prefix: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    paths = []
    for index, node in enumerate(selection):
        paths.append((*prefix, index))
        paths += _paths(node.selection or [], (*prefix, index))
    return paths


def _siblings(selection: list[Node], path: tuple[int, ...]) -> list[Node]:
    for index in path[:-1]:
        selection = selection[index].selection or []
    return selection
