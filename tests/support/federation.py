"""Small federated graphs that run in memory, and a loop that carries executions out."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql_sync

from router.core.composition import SubgraphSource, compose
from router.core.execution import Execution, FetchFailure, FetchRequest
from router.core.operation import Operation, prepare_operation
from router.core.planner import plan_operation
from router.core.supergraph import Supergraph, load_supergraph

FEDERATION = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@tag",
    "@interfaceObject", "@override"])
"""
_DEFINITIONS = """
directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @external on OBJECT | FIELD_DEFINITION
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | ENUM_VALUE
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT
scalar _Any
"""

Entities = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class MemorySubgraph:
    """An SDL, the values of its root fields, and how it finds an entity by a representation."""

    name: str
    sdl: str
    roots: Mapping[str, Any]
    find_entity: Entities | None = None

    def schema(self) -> GraphQLSchema:
        entities = ""
        if self.find_entity is not None:
            types = _entity_types(self.sdl)
            entities = (
                f"union _Entity = {' | '.join(types)}\n"
                "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"
            )
        query = "" if "type Query" in self.sdl else "type Query"
        return build_schema(f"{_DEFINITIONS}\n{query}\n{self.sdl}\n{entities}", assume_valid_sdl=True)


def _entity_types(sdl: str) -> list[str]:
    return [
        line.split()[1]
        for line in sdl.splitlines()
        if line.strip().startswith("type ") and "@key" in line and "resolvable: false" not in line
    ]


class MemoryGraph:
    """Subgraphs composed and ready to be asked. ``requests`` are those of the last operation."""

    def __init__(self, subgraphs: Sequence[MemorySubgraph]) -> None:
        sources = [
            SubgraphSource(each.name, f"memory://{each.name}", FEDERATION + each.sdl) for each in subgraphs
        ]
        self.supergraph: Supergraph = load_supergraph(compose(sources).supergraph_sdl)
        self.subgraphs = subgraphs
        self._subgraphs = {each.name: each for each in subgraphs}
        self._schemas = {each.name: each.schema() for each in subgraphs}
        self.requests: list[FetchRequest] = []
        self.down: set[str] = set()

    def run_for_data(self, operation: Operation) -> dict[str, Any]:
        """What was fetched for an operation, with all that the client doesn't see."""
        execution = self._execute(operation, {}, None)
        return execution._data

    def run(
        self, source: str, variables: Mapping[str, Any] | None = None, *, shuffle: random.Random | None = None
    ) -> dict[str, Any]:
        """Executes an operation; responses arrive in order, or shuffled."""
        return self._execute(prepare_operation(self.supergraph, source), variables or {}, shuffle).result()

    def _execute(
        self, operation: Operation, variables: Mapping[str, Any], shuffle: random.Random | None
    ) -> Execution:
        plan = plan_operation(self.supergraph, operation)
        execution = Execution(plan, operation, operation.coerce_variables(variables))
        self.requests = []
        waiting = execution.start()
        while waiting:
            index = shuffle.randrange(len(waiting)) if shuffle else 0
            request = waiting.pop(index)
            waiting.extend(execution.receive(request.id, self._answer(request)))
        assert execution.is_done
        return execution

    def _answer(self, request: FetchRequest) -> dict[str, Any] | FetchFailure:
        self.requests.append(request)
        if request.subgraph in self.down:
            return FetchFailure("is away")
        subgraph = self._subgraphs[request.subgraph]
        roots = dict(subgraph.roots)
        if subgraph.find_entity is not None:
            find = subgraph.find_entity
            roots["_entities"] = lambda _info, representations: [find(each) for each in representations]
        result = graphql_sync(
            self._schemas[request.subgraph],
            request.query,
            root_value=roots,
            variable_values=request.variables,
            operation_name=request.operation_name,
        )
        return dict(result.formatted)
