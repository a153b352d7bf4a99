"""The state of one running plan."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from router.core.execution.errors import from_failure, from_subgraph, of_violation
from router.core.execution.messages import FetchFailure, FetchRequest
from router.core.execution.objects import Json, Place, gather, gather_places, identity, merge, represent
from router.core.operation import Operation
from router.core.planner import FetchNode, QueryPlan
from router.core.projection import Projection

_Targets: TypeAlias = list[list[int]]
"""Per representation: which of the gathered objects it stands for."""


class Execution:
    """Runs a plan once. Call ``start``, send the requests, ``receive`` every response, then ask for ``result``.

    The order in which responses arrive doesn't matter. Responses are taken over: they must not be changed or
    shared by the caller. ``variables`` come from ``Operation.coerce_variables``.
    """

    def __init__(self, plan: QueryPlan, operation: Operation, variables: Mapping[str, Any]) -> None:
        self._plan = plan
        self._operation = operation
        self._variables = variables
        self._data: Json = {}
        self._errors: list[Json] = []
        self._blocked = [len(fetch.depends_on) for fetch in plan.fetches]
        self._dependents: list[list[int]] = [[] for _ in plan.fetches]
        for fetch in plan.fetches:
            for dependency in fetch.depends_on:
                self._dependents[dependency].append(fetch.id)
        self._gathered: dict[int, tuple[list[Json], _Targets]] = {}
        self._open = 0

    @property
    def is_done(self) -> bool:
        """Whether no response is awaited any more."""
        return self._open == 0

    def start(self) -> list[FetchRequest]:
        """The first requests; none for pure introspection."""
        return self._release(fetch.id for fetch in self._plan.fetches if not fetch.depends_on)

    def receive(self, fetch_id: int, response: dict[str, Any] | FetchFailure) -> list[FetchRequest]:
        """Takes one response; answers the requests that it made possible."""
        fetch = self._plan.fetches[fetch_id]
        self._open -= 1
        if isinstance(response, FetchFailure):
            self._errors.extend(from_failure(fetch, response))
        else:
            self._take(fetch, response)
        return self._release(self._unblock(fetch_id))

    def result(self) -> dict[str, Any]:
        """The GraphQL response. Call it once, when ``is_done``."""
        introspection = self._operation.introspect(self._variables)
        if introspection is not None:
            self._data.update(introspection.data or {})
            self._errors.extend(dict(error.formatted) for error in introspection.errors or ())
        projection = Projection()
        data = projection.project(self._plan.shape.variant(self._variables), self._data)
        for path in projection.violations:
            error = of_violation(path, self._errors)
            if error:
                self._errors.append(error)
        return {"data": data, "errors": self._errors} if self._errors else {"data": data}

    def _release(self, ready: Iterable[int]) -> list[FetchRequest]:
        """Requests of fetches that may run; one with nothing to ask counts as answered at once."""
        requests: list[FetchRequest] = []
        pending = deque(ready)
        while pending:
            fetch = self._plan.fetches[pending.popleft()]
            request = self._request(fetch)
            if request is None:
                pending.extend(self._unblock(fetch.id))
            else:
                self._open += 1
                requests.append(request)
        return requests

    def _unblock(self, fetch_id: int) -> list[int]:
        free = []
        for dependent in self._dependents[fetch_id]:
            self._blocked[dependent] -= 1
            if self._blocked[dependent] == 0:
                free.append(dependent)
        return free

    def _request(self, fetch: FetchNode) -> FetchRequest | None:
        if fetch.run_if and not any(
            all(condition.holds(self._variables) for condition in conditions) for conditions in fetch.run_if
        ):
            return None
        variables = {name: self._variables[name] for name in fetch.variables if name in self._variables}
        if fetch.entity_type is not None:
            representations = self._represent(fetch, fetch.entity_type)
            if not representations:
                return None
            variables["representations"] = representations
        return FetchRequest(
            fetch.id, fetch.subgraph, fetch.query, variables, fetch.operation_name, fetch.entity_type is None
        )

    def _represent(self, fetch: FetchNode, entity_type: str) -> list[Json]:
        """Each entity once, however often it occurs; incomplete ones are left out."""
        objects = gather(self._data, fetch.path)
        places: dict[Any, int] = {}
        representations: list[Json] = []
        targets: _Targets = []
        for index, item in enumerate(objects):
            representation = represent(item, entity_type, fetch.representation)
            if representation is None:
                continue
            place = places.setdefault(identity(representation), len(targets))
            if place == len(targets):
                representations.append(representation)
                targets.append([])
            targets[place].append(index)
        self._gathered[fetch.id] = (objects, targets)
        return representations

    def _take(self, fetch: FetchNode, response: Mapping[str, Any]) -> None:
        data = response.get("data")
        for error in response.get("errors") or ():
            self._errors.extend(from_subgraph(error, fetch.subgraph, self._places(fetch, error)))
        if fetch.entity_type is None:
            if isinstance(data, dict):
                merge(self._data, data)
        elif isinstance(data, dict):
            self._merge_entities(fetch, data.get("_entities"))
        if data is None and not response.get("errors"):
            failure = FetchFailure(
                "the subgraph's answer is no GraphQL response", "SUBGRAPH_MALFORMED_RESPONSE"
            )
            self._errors.extend(from_failure(fetch, failure))

    def _merge_entities(self, fetch: FetchNode, entities: Any) -> None:
        objects, targets = self._gathered[fetch.id]
        if not isinstance(entities, list) or len(entities) != len(targets):
            return
        for entity, indexes in zip(entities, targets, strict=True):
            if isinstance(entity, dict):
                for index in indexes:
                    merge(objects[index], entity)

    def _places(self, fetch: FetchNode, error: Mapping[str, Any]) -> list[Place]:
        """Where in the client's answer an error of a subgraph belongs; empty when it has no path."""
        path = error.get("path")
        if not path:
            return []
        if fetch.entity_type is None:
            return [tuple(path)]
        places = gather_places(self._data, fetch.path)
        _, targets = self._gathered[fetch.id]
        is_of_entity = len(path) > 1 and isinstance(path[1], int) and path[1] < len(targets)
        if not is_of_entity:
            return [places[indexes[0]] for indexes in targets[:1]]
        return [(*places[index], *path[2:]) for index in targets[path[1]]]
