"""The state of one running plan."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from router.core.execution.errors import from_failure, from_subgraph, is_shown, of_projection, take_errors
from router.core.execution.messages import FetchFailure, FetchRequest
from router.core.execution.objects import Json, Place, gather, merge, rename
from router.core.execution.sent import Sender, Sent
from router.core.operation import Operation
from router.core.planner import FetchNode, QueryPlan
from router.core.projection import DeferredPart, Projection
from router.core.selection import Deferral

_MALFORMED = FetchFailure("the subgraph's answer is no answer to the request", "SUBGRAPH_MALFORMED_RESPONSE")


class Execution:
    """Runs a plan once. Call ``start``, send the requests, ``receive`` every response, then ask for ``result``.

    The order in which responses arrive doesn't matter. Responses are taken over: they must not be changed or
    shared by the caller. ``variables`` come from ``Operation.coerce_variables``.

    With ``deferring`` the result may be had when ``is_ready``, before all responses are there; what ``@defer`` covers
    follows by ``next_parts``. Without, ``@defer`` changes nothing. ``errors`` are told with the result.
    """

    def __init__(
        self,
        plan: QueryPlan,
        operation: Operation,
        variables: Mapping[str, Any],
        *,
        deferring: bool = False,
        errors: Iterable[Json] = (),
    ) -> None:
        self._plan = plan
        self._operation = operation
        self._variables = variables
        self._deferring = deferring
        self._data: Json = {}
        self._errors: dict[Deferral | None, list[Json]] = {None: list(errors)}
        self._parts: list[DeferredPart] = []
        self._blocked = [len(fetch.depends_on) for fetch in plan.fetches]
        self._unfinished: dict[Deferral | None, int] = {None: 0}
        for fetch in plan.fetches:
            group = self._group(fetch)
            self._unfinished[group] = self._unfinished.get(group, 0) + 1
        self._sender = Sender(self._data, variables)
        self._sent: list[Sent] = []
        self._awaited: dict[int, int] = {}

    @property
    def is_done(self) -> bool:
        """Whether no response is awaited any more."""
        return not any(self._awaited.values())

    @property
    def is_ready(self) -> bool:
        """Whether all is there that the first answer needs."""
        return not self._unfinished[None]

    def start(self) -> list[FetchRequest]:
        """The first requests; none for pure introspection."""
        return self._release(fetch.id for fetch in self._plan.fetches if not fetch.depends_on)

    def receive(self, request_id: int, response: dict[str, Any] | FetchFailure) -> list[FetchRequest]:
        """Takes the response to one request; answers the requests that it made possible."""
        sent = self._sent[request_id]
        fetch = sent.fetch
        if isinstance(response, FetchFailure):
            self._add_errors(fetch, from_failure(fetch, response, self._data))
        else:
            self._take(sent, response)
        self._awaited[fetch.id] -= 1
        return [] if self._awaited[fetch.id] else self._release(self._unblock(fetch.id))

    def result(self) -> dict[str, Any]:
        """The GraphQL response. Call it once, when ``is_ready``."""
        errors = self._errors[None]
        introspection = self._operation.introspect(self._variables)
        if introspection is not None:
            self._data.update(introspection.data or {})
            errors.extend(dict(error.formatted) for error in introspection.errors or ())
        data, projection = self._plan.shape.project(self._data, self._variables, deferring=self._deferring)
        errors.extend(of_projection(projection, errors))
        self._parts += [part for part in projection.deferred if is_shown(data, part.path)]
        answer: dict[str, Any] = {"data": data, "errors": errors} if errors else {"data": data}
        return {**answer, "hasNext": True} if self._parts else answer

    def next_parts(self) -> dict[str, Any] | None:
        """Deferred parts that are complete; None while there are none. Ask again after each response, and at once
        after an answer: a part may hold others.
        """
        ready = [part for part in self._parts if not self._unfinished.get(part.shape.of)]
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
            awaited = [self._send(sent) for sent in self._sender.requests(fetch)]
            self._awaited[fetch.id] = len(awaited)
            requests.extend(awaited)
            if not awaited:
                pending.extend(self._unblock(fetch.id))
        return requests

    def _send(self, sent: Sent) -> FetchRequest:
        fetch = sent.fetch
        self._sent.append(sent)
        return FetchRequest(
            id=len(self._sent) - 1,
            subgraph=fetch.subgraph,
            query=fetch.query,
            variables=sent.variables,
            operation_name=fetch.operation_name,
            is_primary=not fetch.entities and not fetch.path,
            entities=fetch.variables_of_entities,
        )

    def _unblock(self, fetch_id: int) -> list[int]:
        self._unfinished[self._group(self._plan.fetches[fetch_id])] -= 1
        free = []
        for dependent in self._plan.dependents[fetch_id]:
            self._blocked[dependent] -= 1
            if self._blocked[dependent] == 0:
                free.append(dependent)
        return free

    def _take(self, sent: Sent, response: Mapping[str, Any]) -> None:
        fetch = sent.fetch
        data = response.get("data")
        errors = response.get("errors")
        for error in errors if isinstance(errors, list) else ():
            self._add_errors(fetch, from_subgraph(error, fetch.subgraph, self._places(sent, error)))
        if not (isinstance(data, dict) and self._merge(sent, data)) and not errors:
            self._add_errors(fetch, from_failure(fetch, _MALFORMED, self._data))

    def _merge(self, sent: Sent, data: Mapping[str, Any]) -> bool:
        """False when the data is no answer to what was asked. What was not asked for is left aside."""
        fetch = sent.fetch
        if not fetch.entities:
            answered = {key: data[key] for key in fetch.asked_keys if key in data}
            rename(answered, fetch.renames)
            for item in gather(self._data, fetch.path):
                merge(item, answered)
            return bool(answered) or not data
        taken = [
            sent.gathered[block.response_key].take(data.get(block.response_key), block)
            for block in fetch.entities
        ]
        return all(taken)

    def _places(self, sent: Sent, error: Any) -> list[Place]:
        """Where in the client's answer an error of a subgraph belongs; empty when it has no path."""
        path = error.get("path") if isinstance(error, dict) else None
        return self._sender.places(sent, path) if isinstance(path, list) and path else []
