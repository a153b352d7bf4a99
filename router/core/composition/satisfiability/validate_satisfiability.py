"""Walk every path of the supergraph and see that some subgraph resolves each step."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from router.core.composition.federation_spec import INACCESSIBLE
from router.core.composition.merge_context import MergeContext
from router.core.composition.model import ROOT_TYPES
from router.core.composition.satisfiability.explain import (
    Path,
    Step,
    explain,
    explain_unknown_type,
    print_query,
)
from router.core.composition.satisfiability.reach import NO_LABELS, Contexts, Labels, Places, Reach
from router.core.composition.satisfiability.validate_runtime_types import validate_runtime_types


@dataclass(frozen=True, slots=True)
class _State:
    """A value on some path. Paths that lead to the same state need no second visit."""

    runtime: str
    places: Places
    contexts: Contexts = frozenset()
    labels: Labels = NO_LABELS


def validate_satisfiability(context: MergeContext) -> None:
    """Reports SATISFIABILITY_ERROR once for each field, with the shortest query that shows it."""
    reaches = _Reaches(context)
    told: set[Step] = set()
    seen: set[_State] = set()
    waiting = deque(_starts(context, reaches[NO_LABELS]))
    while waiting:
        state, path = waiting.popleft()
        if state in seen:
            continue
        seen.add(state)
        reach = reaches[state.labels]
        if not reach.knows_type(state.runtime, state.places):
            _report(context, explain_unknown_type(reach, path, state.runtime, state.places), state.places)
            continue
        for name in _visible_fields(context, state.runtime):
            step = Step(state.runtime, name)
            if step in told:
                continue
            for labels in _labels_at(context, state, name):
                below = _follow(context, reaches[labels], replace(state, labels=labels), (*path, step))
                if below is None:
                    told.add(step)
                    break
                waiting.extend((inner, (*path, step)) for inner in below)


class _Reaches(dict[Labels, Reach]):
    """Made when first asked for."""

    def __init__(self, context: MergeContext) -> None:
        super().__init__()
        self._context = context

    def __missing__(self, labels: Labels) -> Reach:
        return self.setdefault(labels, Reach(self._context, labels))


def _labels_at(context: MergeContext, state: _State, field: str) -> list[Labels]:
    """A field in migration must be resolved whatever its label says, once that is known the whole path long."""
    names = {subgraph.name for subgraph in context.subgraphs}
    found = (context.migrations.get((name, (state.runtime, field))) for name in names)
    label = next((migration[0] for migration in found if migration is not None), None)
    if label is None or label in dict(state.labels):
        return [state.labels]
    return [state.labels | {(label, value)} for value in (True, False)]


def _follow(context: MergeContext, reach: Reach, state: _State, path: Path) -> list[_State] | None:
    """The values that the path's last field may have; None when there is a problem with it."""
    step = path[-1]
    reached = reach.closure(state.runtime, state.places)
    landed = reach.follow(state.runtime, reached, step.field, state.contexts)
    if landed is None:
        _report(context, explain(reach, path, state.places, state.contexts), state.places)
        return None
    if not validate_runtime_types(context, (step.type, step.field), landed, print_query(reach, path)):
        return None
    contexts = state.contexts | reach.contexts_of(state.runtime)
    return [_State(inner, places, contexts, state.labels) for inner, places in landed.items()]


def _report(context: MergeContext, message: str, places: Places) -> None:
    context.report.problem("SATISFIABILITY_ERROR", message, sorted({place.subgraph for place in places}))


def _starts(context: MergeContext, reach: Reach) -> Iterator[tuple[_State, Path]]:
    for name in ROOT_TYPES.values():
        if name in context.types:
            yield _State(name, reach.roots(name)), ()


def _visible_fields(context: MergeContext, type_name: str) -> Iterator[str]:
    """Nobody can ask for what is inaccessible."""
    type_ = context.types[type_name]
    return (field.name for field in type_.fields.values() if not field.has(INACCESSIBLE))
