"""From drafts to the plan: fetches printed, numbered in the order in which they can run."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.operation import Operation
from router.core.planner.draft import FetchDraft
from router.core.planner.plan import FetchNode, QueryPlan
from router.core.projection import ResponseShape


def finish_plan(operation: Operation, drafts: Sequence[FetchDraft]) -> QueryPlan:
    """Dependencies come first in the result; ids are places in it."""
    ordered = _prune(_in_order(drafts))
    numbers = {draft.id: number for number, draft in enumerate(ordered)}
    types = operation.variable_types()
    return QueryPlan(
        fetches=tuple(_finish(operation, draft, numbers, types) for draft in ordered),
        shape=ResponseShape(operation.supergraph.api_schema, operation.root_type, operation.selections),
    )


def _in_order(drafts: Sequence[FetchDraft]) -> list[FetchDraft]:
    ordered: list[FetchDraft] = []
    placed: set[int] = set()

    def place(draft: FetchDraft) -> None:
        if draft.id in placed:
            return
        placed.add(draft.id)
        for dependency in sorted(draft.depends_on):
            place(drafts[dependency])
        ordered.append(draft)

    for draft in drafts:
        place(draft)
    return ordered


def _prune(ordered: Sequence[FetchDraft]) -> list[FetchDraft]:
    """Without entity fetches that bring nothing: all that was wanted of them went into one with ``@requires``."""
    kept: list[FetchDraft] = []
    needed: set[int] = set()
    for draft in reversed(ordered):
        brings = bool(draft.selection.fields or draft.selection.on_types)
        if draft.entity_type is None or brings or draft.id in needed:
            kept.append(draft)
            needed |= draft.depends_on
    return kept[::-1]


def _finish(
    operation: Operation, draft: FetchDraft, numbers: dict[int, int], types: dict[str, str]
) -> FetchNode:
    number = numbers[draft.id]
    used = set(draft.selection.variables())
    variables = tuple(name for name in types if name in used)
    name = f"{operation.name}__{draft.subgraph}__{number}" if operation.name else None
    return FetchNode(
        id=number,
        subgraph=draft.subgraph,
        kind=draft.kind,
        query=_print(draft, name, {variable: types[variable] for variable in variables}),
        operation_name=name,
        variables=variables,
        path=draft.path,
        entity_type=draft.entity_type,
        representation=tuple(draft.representation),
        response_keys=tuple(dict.fromkeys(key for key, _ in draft.selection.fields)),
        run_if=draft.selection.run_if(),
        depends_on=tuple(sorted(numbers[dependency] for dependency in draft.depends_on)),
    )


def _print(draft: FetchDraft, name: str | None, variables: dict[str, str]) -> str:
    selection = draft.selection.print()
    declared = [f"${variable}: {type_}" for variable, type_ in variables.items()]
    if draft.entity_type is not None:
        declared.insert(0, "$representations: [_Any!]!")
        selection = (
            f"{{ _entities(representations: $representations) {{ ... on {draft.entity_type} {selection} }} }}"
        )
    parameters = f"({', '.join(declared)})" if declared else ""
    head = f"{draft.kind}{' ' + name if name else ''}{parameters}"
    return selection if head == "query" else f"{head} {selection}"
