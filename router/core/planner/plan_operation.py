"""Plans an operation: follow its selections through the subgraph that one is in, leave it by a key where one must."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from router.core.operation import Operation
from router.core.planner.draft import FetchDraft, SelectionDraft
from router.core.planner.finish import finish_plan
from router.core.planner.plan import PathElement, QueryPlan, Wanted
from router.core.planner.reach import Hop, Reach, Route, fields_of, provided_under
from router.core.planner.split import Splitter
from router.core.selection import Field, Fragment, Selection, print_field_set
from router.core.supergraph import Supergraph


class PlanningError(Exception):
    """A valid operation for which no plan was found: the supergraph doesn't satisfy its own API schema."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """An object of ``type_name`` at ``path``, as ``fetch`` has it; its fields go into ``draft``."""

    fetch: FetchDraft
    draft: SelectionDraft
    path: tuple[PathElement, ...]
    type_name: str
    provided: tuple[Selection, ...] = ()

    @property
    def subgraph(self) -> str:
        return self.fetch.subgraph


def plan_operation(supergraph: Supergraph, operation: Operation) -> QueryPlan:
    """Raises PlanningError. The plan may be kept and used by any number of executions."""
    planner = _Planner(supergraph, operation)
    planner.plan_root()
    return finish_plan(operation, planner.fetches)


class _Planner:
    def __init__(self, supergraph: Supergraph, operation: Operation) -> None:
        self._supergraph = supergraph
        self._types = supergraph.types
        self._reach = Reach(supergraph)
        self._splitter = Splitter(self._types, self._reach)
        self._operation = operation
        self._taken = set(_taken_keys(operation.selections))
        self._entity_fetches: dict[tuple[int, str, tuple[PathElement, ...], str, str], FetchDraft] = {}
        self.fetches: list[FetchDraft] = []

    # Root fields

    def plan_root(self) -> None:
        wanted = [
            field
            for field in self._flatten(self._operation.root_type, self._operation.selections)
            if not field.name.startswith("__")
        ]
        if self._operation.kind == "mutation":
            self._plan_in_series(wanted)
            return
        by_subgraph: dict[str, list[Field]] = {}
        for field in wanted:
            left: Field | None = field
            while left is not None:
                subgraph = self._choose_root(left, by_subgraph)
                part, left = self._splitter.split(self._operation.root_type, left, subgraph)
                assert part is not None, "only subgraphs that bring something are chosen"
                by_subgraph.setdefault(subgraph, []).append(part)
        for subgraph, fields in by_subgraph.items():
            self._plan_root_fetch(subgraph, fields, ())

    def _plan_in_series(self, wanted: Sequence[Field]) -> None:
        """Mutations run one after the other; neighbours in one subgraph share a request, which keeps the order."""
        groups: list[tuple[str, list[Field]]] = []
        for field in wanted:
            subgraph = self._choose_root(field, [groups[-1][0]] if groups else ())
            if groups and groups[-1][0] == subgraph:
                groups[-1][1].append(field)
            else:
                groups.append((subgraph, [field]))
        for subgraph, fields in groups:
            self._plan_root_fetch(subgraph, fields, [fetch.id for fetch in self.fetches])

    def _choose_root(self, field: Field, preferred: Iterable[str]) -> str:
        root = self._operation.root_type
        candidates = [
            name
            for name in self._supergraph.subgraphs
            if self._reach.is_local(root, field.name, name) and self._splitter.split(root, field, name)[0]
        ]
        if not candidates:
            raise PlanningError(f"no subgraph brings {root}.{field.name}")
        return self._best(root, [field], candidates, preferred)

    def _plan_root_fetch(self, subgraph: str, fields: Sequence[Field], after: Iterable[int]) -> None:
        fetch = self._new_fetch(subgraph, depends_on=set(after))
        scope = _Scope(fetch, fetch.selection, (), self._operation.root_type)
        for field in fields:
            self._add_local(scope, field)

    # Objects

    def _plan_value(self, scope: _Scope, selections: Sequence[Selection]) -> set[int]:
        """Plans what is selected on a value; answers the ids of the fetches that bring it."""
        if self._types[scope.type_name].is_abstract:
            return self._plan_abstract(scope, selections)
        return self._plan_object(scope, self._flatten(scope.type_name, selections))

    def _plan_abstract(self, scope: _Scope, selections: Sequence[Selection]) -> set[int]:
        scope.draft.add(Field("__typename", "__typename"))
        used = {scope.fetch.id}
        rest: list[Selection] = []
        for selection in selections:
            if isinstance(selection, Field) and self._is_local_everywhere(scope, selection.name):
                if selection.name != "__typename":
                    used |= self._add_local(scope, selection)
            elif isinstance(selection, Fragment) and selection.type_condition == scope.type_name:
                used |= self._plan_abstract(scope, selection.selections)
            else:
                rest.append(selection)
        for name in self._types[scope.type_name].possible_types.get(scope.subgraph, ()):
            fields = self._flatten(name, rest)
            if fields:
                concrete = replace(
                    scope,
                    draft=scope.draft.on_type(name),
                    path=(*scope.path, frozenset({name})),
                    type_name=name,
                )
                used |= self._plan_object(concrete, fields)
        return used

    def _is_local_everywhere(self, scope: _Scope, field_name: str) -> bool:
        """Whether the field can be asked of the interface itself, whatever object stands behind it."""
        if not self._reach.is_local(scope.type_name, field_name, scope.subgraph):
            return False
        if field_name == "__typename":
            return True
        joins = [
            self._types[name].join(field_name, scope.subgraph)
            for name in self._types[scope.type_name].possible_types.get(scope.subgraph, ())
        ]
        return all(
            join and not join.is_external and not join.requires and not join.provides for join in joins
        )

    def _plan_object(self, scope: _Scope, fields: Sequence[Field]) -> set[int]:
        used = {scope.fetch.id}
        missing: list[Field] = []
        for field in fields:
            if field.name == "__typename":
                continue
            here, rest = self._split_here(scope, field)
            used |= self._add_local(scope, here) if here else set()
            missing += [rest] if rest else []
        while missing:
            target = self._choose_target(scope, missing)
            entered = self._enter(scope, target)
            left: list[Field] = []
            for field in missing:
                part, rest = self._splitter.split(scope.type_name, field, target)
                used |= self._add_from(scope, entered, part) if part else set()
                left += [rest] if rest else []
            missing = left
        return used

    def _split_here(self, scope: _Scope, field: Field) -> tuple[Field | None, Field | None]:
        if not self._reach.is_local(scope.type_name, field.name, scope.subgraph, scope.provided):
            return None, field
        if scope.provided:
            return field, None
        return self._splitter.split(scope.type_name, field, scope.subgraph)

    def _completes(self, type_name: str, field: Field, subgraph: str) -> bool:
        """Whether all that is selected below the field can be had when ``subgraph`` answers it."""
        if not field.selections:
            return True
        inner_type = self._types[type_name].fields[field.name].type_name
        return self._reach.can_complete(inner_type, field.selections, subgraph)

    def _is_answered(self, type_name: str, field: Field, subgraph: str) -> bool:
        join = self._types[type_name].join(field.name, subgraph)
        return join is not None and not join.is_external

    def _add_local(self, scope: _Scope, field: Field) -> set[int]:
        inner_draft = scope.draft.add(field)
        if not field.selections:
            return {scope.fetch.id}
        known = self._types[scope.type_name].fields[field.name]
        join = known.joins[scope.subgraph]
        inner = _Scope(
            fetch=scope.fetch,
            draft=inner_draft,
            path=(*scope.path, field.response_key),
            type_name=known.type_name,
            provided=(*join.provides, *provided_under(scope.provided, field.name)),
        )
        return self._plan_value(inner, field.selections)

    def _add_from(self, scope: _Scope, entered: _Scope, field: Field) -> set[int]:
        """Adds a field that ``entered`` answers; what it ``@requires`` is fetched first and sent along."""
        join = self._types[scope.type_name].fields[field.name].joins[entered.subgraph]
        if not join.requires:
            return self._add_local(entered, field)
        required = [self._internal(selection) for selection in join.requires]
        needed = self._plan_object(scope, self._flatten(scope.type_name, required))
        fetch = self._entity_fetch(scope, entered.subgraph, print_field_set(join.requires))
        fetch.representation.update(dict.fromkeys(entered.fetch.representation))
        fetch.representation.update(dict.fromkeys(self._wanted(required)))
        fetch.depends_on |= needed | entered.fetch.depends_on
        again = replace(entered, fetch=fetch, draft=fetch.selection)
        return self._add_local(again, field)

    # Moves between subgraphs

    def _choose_target(self, scope: _Scope, missing: Sequence[Field]) -> str:
        candidates = [
            name
            for name in self._routes(scope)
            if any(self._splitter.split(scope.type_name, field, name)[0] for field in missing)
        ]
        if not candidates:
            names = ", ".join(f"{scope.type_name}.{field.name}" for field in missing)
            raise PlanningError(f"no way from subgraph {scope.subgraph!r} to {names}")
        return self._best(scope.type_name, missing, candidates, ())

    def _routes(self, scope: _Scope) -> dict[str, Route]:
        """Ways out, and the way back into the same subgraph that a field with ``@requires`` needs."""
        routes = dict(self._reach.routes(scope.type_name, scope.subgraph, scope.provided))
        key = self._reach.key_into(scope.type_name, scope.subgraph, scope.subgraph, scope.provided)
        if key:
            routes[scope.subgraph] = (Hop(scope.subgraph, key),)
        return routes

    def _best(
        self, type_name: str, fields: Sequence[Field], candidates: Sequence[str], preferred: Iterable[str]
    ) -> str:
        """The candidate that answers most by itself; of equals one already asked, then the first in the file."""
        asked = set(preferred)

        def rank(name: str) -> tuple[bool, int, int, bool]:
            answered = [field for field in fields if self._is_answered(type_name, field, name)]
            completes = all(self._completes(type_name, field, name) for field in answered)
            leaves = sum(self._reach.score(type_name, field, name) for field in answered)
            return completes, len(answered), leaves, name in asked

        return max(candidates, key=rank)

    def _enter(self, scope: _Scope, target: str) -> _Scope:
        """Goes to ``target`` hop by hop; each hop's key is fetched where one comes from."""
        for hop in self._routes(scope)[target]:
            key = [self._internal(selection) for selection in hop.key.selections]
            self._plan_object(scope, self._flatten(scope.type_name, key))
            fetch = self._entity_fetch(scope, hop.subgraph, "")
            fetch.representation.update(dict.fromkeys(self._wanted(key)))
            scope = _Scope(fetch, fetch.selection, scope.path, scope.type_name)
        return scope

    def _entity_fetch(self, scope: _Scope, target: str, requires: str) -> FetchDraft:
        place = (scope.fetch.id, target, scope.path, scope.type_name, requires)
        fetch = self._entity_fetches.get(place)
        if fetch is None:
            fetch = self._new_fetch(
                target, path=scope.path, entity_type=scope.type_name, depends_on={scope.fetch.id}
            )
            self._entity_fetches[place] = fetch
        return fetch

    def _new_fetch(
        self,
        subgraph: str,
        *,
        path: tuple[PathElement, ...] = (),
        entity_type: str | None = None,
        depends_on: set[int],
    ) -> FetchDraft:
        kind = self._operation.kind if entity_type is None else "query"
        fetch = FetchDraft(len(self.fetches), subgraph, kind, path, entity_type, depends_on=depends_on)
        self.fetches.append(fetch)
        return fetch

    # Selections

    def _flatten(self, type_name: str, selections: Sequence[Selection]) -> list[Field]:
        """The fields that apply to an object of this type."""
        fields: list[Field] = []
        for selection in selections:
            if isinstance(selection, Field):
                if selection.name.startswith("__") or selection.name in self._types[type_name].fields:
                    fields.append(selection)
            elif type_name in self._supergraph.all_possible_types(selection.type_condition):
                fields.extend(self._flatten(type_name, selection.selections))
        return fields

    def _internal(self, selection: Selection) -> Selection:
        """A field that we need and the client didn't ask for, under a name that collides with none of theirs."""
        inner = tuple(self._internal(child) for child in selection.selections)
        if isinstance(selection, Fragment):
            return replace(selection, selections=inner)
        key = f"_internal_{selection.name}" if selection.name in self._taken else selection.name
        return replace(selection, response_key=key, selections=inner)

    def _wanted(self, selections: Sequence[Selection], on_type: str | None = None) -> Iterable[Wanted]:
        for selection in selections:
            if isinstance(selection, Fragment):
                yield from self._wanted(selection.selections, selection.type_condition)
            else:
                children = tuple(self._wanted(selection.selections))
                yield Wanted(selection.name, selection.response_key, children, on_type)


def _taken_keys(selections: Sequence[Selection]) -> Iterable[str]:
    """Response keys that a client gave a meaning of its own, by an alias or by arguments."""
    for field in fields_of(selections):
        if field.response_key != field.name or field.arguments:
            yield field.response_key
        yield from _taken_keys(field.selections)
