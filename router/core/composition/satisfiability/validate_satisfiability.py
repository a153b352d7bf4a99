"""Walk every path of the supergraph and see that some subgraph resolves each step."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from router.core.composition.merge_context import MergeContext
from router.core.composition.model import ROOT_TYPES
from router.core.composition.satisfiability.explain import Path, Step, explain, explain_unknown_type
from router.core.composition.satisfiability.reach import Places, Reach
from router.core.composition.satisfiability.validate_runtime_types import validate_runtime_types


@dataclass(frozen=True, slots=True)
class _State:
    """A value on some path. Paths that lead to the same state need no second visit."""

    runtime: str
    places: Places


def validate_satisfiability(context: MergeContext) -> None:
    """Reports SATISFIABILITY_ERROR once for each field, with the shortest query that shows it."""
    reach = Reach(context)
    told: set[Step] = set()
    seen: set[_State] = set()
    waiting = deque(_starts(context, reach))
    while waiting:
        state, path = waiting.popleft()
        if state in seen:
            continue
        seen.add(state)
        if not reach.knows_type(state.runtime, state.places):
            _report(context, explain_unknown_type(reach, path, state.runtime, state.places), state.places)
            continue
        for name in _visible_fields(context, state.runtime):
            step = Step(state.runtime, name)
            if step in told:
                continue
            landed = reach.follow(state.runtime, reach.closure(state.runtime, state.places), name)
            if landed is None:
                told.add(step)
                _report(context, explain(reach, (*path, step), state.places), state.places)
            elif not validate_runtime_types(context, f"{state.runtime}.{name}", landed):
                told.add(step)
            else:
                waiting.extend((_State(inner, places), (*path, step)) for inner, places in landed.items())


def _report(context: MergeContext, message: str, places: Places) -> None:
    context.report.problem("SATISFIABILITY_ERROR", message, sorted({place.subgraph for place in places}))


def _starts(context: MergeContext, reach: Reach) -> Iterator[tuple[_State, Path]]:
    for name in ROOT_TYPES.values():
        if name in context.types:
            yield _State(name, reach.roots(name)), ()


def _visible_fields(context: MergeContext, type_name: str) -> Iterator[str]:
    """Nobody can ask for what is inaccessible."""
    type_ = context.types[type_name]
    return (field.name for field in type_.fields.values() if not field.has("inaccessible"))
