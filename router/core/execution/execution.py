"""The state of one running plan."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from router.core.execution.errors import from_failure, from_subgraph, is_shown, of_projection, take_errors
from router.core.execution.gathered import Gathered
from router.core.execution.messages import FetchFailure, FetchRequest
from router.core.execution.objects import Json, Place, gather, gather_places, merge, rename, renamed_path
from router.core.operation import Operation
from router.core.planner import EntityBlock, FetchNode, QueryPlan
from router.core.projection import DeferredPart, Projection
from router.core.selection import Conditions, Deferral


class Execution:
    """Runs a plan once. Call ``start``, send the requests, ``receive`` every response, then ask for ``result``.

    The order in which responses arrive doesn't matter. Responses are taken over: they must not be changed or
    shared by the caller. ``variables`` come from ``Operation.coerce_variables``.

    With ``deferring`` the result may be had when ``is_ready``, before all responses are there; what ``@defer`` covers
    follows by ``next_parts``. Without, ``@defer`` changes nothing.
    """

    def __init__(
        self, plan: QueryPlan, operation: Operation, variables: Mapping[str, Any], *, deferring: bool = False
    ) -> None:
        self._plan = plan
        self._operation = operation
        self._variables = variables
        self._deferring = deferring
        self._data: Json = {}
        self._errors: dict[Deferral | None, list[Json]] = {}
        self._parts: list[DeferredPart] = []
        self._blocked = [len(fetch.depends_on) for fetch in plan.fetches]
        self._dependents: list[list[int]] = [[] for _ in plan.fetches]
        for fetch in plan.fetches:
            for dependency in fetch.depends_on:
                self._dependents[dependency].append(fetch.id)
        self._unfinished = Counter(self._group(fetch) for fetch in plan.fetches)
        self._gathered: dict[tuple[int, str], Gathered] = {}
        self._open = 0

    @property
    def is_done(self) -> bool:
        """Whether no response is awaited any more."""
        return self._open == 0

    @property
    def is_ready(self) -> bool:
        """Whether all is there that the first answer needs."""
        return not self._unfinished[None]

    def start(self) -> list[FetchRequest]:
        """The first requests; none for pure introspection."""
        return self._release(fetch.id for fetch in self._plan.fetches if not fetch.depends_on)

    def receive(self, fetch_id: int, response: dict[str, Any] | FetchFailure) -> list[FetchRequest]:
        """Takes one response; answers the requests that it made possible."""
        fetch = self._plan.fetches[fetch_id]
        self._open -= 1
        if isinstance(response, FetchFailure):
            self._add_errors(fetch, from_failure(fetch, response, self._data))
        else:
            self._take(fetch, response)
        return self._release(self._unblock(fetch_id))

    def result(self) -> dict[str, Any]:
        """The GraphQL response. Call it once, when ``is_ready``."""
        errors = self._errors.setdefault(None, [])
        introspection = self._operation.introspect(self._variables)
        if introspection is not None:
            self._data.update(introspection.data or {})
            errors.extend(dict(error.formatted) for error in introspection.errors or ())
        projection = Projection()
        shape = self._plan.shape.variant(self._variables, deferring=self._deferring)
        data = projection.project(shape, self._data)
        errors.extend(of_projection(projection, errors))
        self._parts += [part for part in projection.deferred if is_shown(data, part.path)]
        answer: dict[str, Any] = {"data": data, "errors": errors} if errors else {"data": data}
        return {**answer, "hasNext": True} if self._parts else answer

    def next_parts(self) -> dict[str, Any] | None:
        """Deferred parts that are complete; None while there are none. Ask again after each response, and at once
        after an answer: a part may hold others.
        """
        ready = [part for part in self._parts if not self._unfinished[part.shape.of]]
        if not ready:
            return None
        self._parts = [part for part in self._parts if part not in ready]
        incremental = [self._show(part) for part in ready]
        return {"incremental": incremental, "hasNext": bool(self._parts)}

    def _show(self, part: DeferredPart) -> Json:
        projection = Projection()
        data = projection.project(part.shape, part.source, part.at)
        path, deferral = part.path, part.shape.of
        errors = take_errors(self._errors.get(deferral, []), path)
        errors.extend(of_projection(projection, errors))
        self._parts += [each for each in projection.deferred if data is not None]
        shown: Json = {"data": data, "path": path}
        if deferral is not None and deferral.label is not None:
            shown["label"] = deferral.label
        return {**shown, "errors": errors} if errors else shown

    def _group(self, fetch: FetchNode) -> Deferral | None:
        """The deferral that a fetch is for; None when the first answer waits for it."""
        deferral = fetch.deferral
        counts = self._deferring and deferral is not None and deferral.holds(self._variables)
        return deferral if counts else None

    def _add_errors(self, fetch: FetchNode, errors: Iterable[Json]) -> None:
        self._errors.setdefault(self._group(fetch), []).extend(errors)

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
        self._unfinished[self._group(self._plan.fetches[fetch_id])] -= 1
        free = []
        for dependent in self._dependents[fetch_id]:
            self._blocked[dependent] -= 1
            if self._blocked[dependent] == 0:
                free.append(dependent)
        return free

    def _request(self, fetch: FetchNode) -> FetchRequest | None:
        if not self._runs(fetch.run_if):
            return None
        variables = {name: self._variables[name] for name in fetch.variables if name in self._variables}
        if fetch.entities:
            sent = {block.variable: self._represent(fetch, block) for block in fetch.entities}
            if not any(sent.values()):
                return None
            variables |= sent
        is_primary = not fetch.entities and not fetch.path
        return FetchRequest(
            fetch.id, fetch.subgraph, fetch.query, variables, fetch.operation_name, is_primary
        )

    def _runs(self, conditions: Sequence[Conditions]) -> bool:
        return not conditions or any(
            all(condition.holds(self._variables) for condition in group) for group in conditions
        )

    def _represent(self, fetch: FetchNode, block: EntityBlock) -> list[Json]:
        """Each entity once, however often it occurs; incomplete ones are left out."""
        gathered = Gathered()
        for part in block.parts:
            if self._runs(part.run_if):
                gathered.add(part, gather(self._data, part.path))
        self._gathered[fetch.id, block.response_key] = gathered
        return gathered.representations

    def _take(self, fetch: FetchNode, response: Mapping[str, Any]) -> None:
        data = response.get("data")
        errors = response.get("errors")
        if not isinstance(data, dict) and not errors:
            failure = FetchFailure(
                "the subgraph's answer is no GraphQL response", "SUBGRAPH_MALFORMED_RESPONSE"
            )
            self._add_errors(fetch, from_failure(fetch, failure, self._data))
        for error in errors if isinstance(errors, list) else ():
            self._add_errors(fetch, from_subgraph(error, fetch.subgraph, self._places(fetch, error)))
        if not isinstance(data, dict):
            return
        if not fetch.entities:
            rename(data, fetch.renames)
            for item in gather(self._data, fetch.path):
                merge(item, data)
        for block in fetch.entities:
            self._gathered[fetch.id, block.response_key].take(data.get(block.response_key), block.renames)

    def _places(self, fetch: FetchNode, error: Any) -> list[Place]:
        """Where in the client's answer an error of a subgraph belongs; empty when it has no path."""
        path = error.get("path") if isinstance(error, dict) else None
        if not isinstance(path, list) or not path:
            return []
        if not fetch.entities:
            inner = renamed_path(path, fetch.renames)
            return [(*place, *inner) for place in gather_places(self._data, fetch.path)]
        for block in fetch.entities:
            if path[0] == block.response_key:
                return self._entity_places(fetch, block, path[1:])
        return []

    def _entity_places(self, fetch: FetchNode, block: EntityBlock, path: list[Any]) -> list[Place]:
        """All places of the entity; of an error that names none, the first place of all."""
        parts = [part for part in block.parts if self._runs(part.run_if)]
        places = [place for part in parts for place in gather_places(self._data, part.path)]
        targets = self._gathered[fetch.id, block.response_key].targets
        if not path or not isinstance(path[0], int) or not 0 <= path[0] < len(targets):
            return [places[indexes[0]] for indexes in targets[:1]]
        inner = renamed_path(path[1:], block.renames)
        return [(*places[index], *inner) for index in targets[path[0]]]
