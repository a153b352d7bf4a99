"""Arguments that the router fills in from an object further up (``@context``, ``@fromContext``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from router.core.planner.budget import PlanningError
from router.core.planner.held import Held
from router.core.planner.plan import ContextValue
from router.core.selection import Field
from router.core.supergraph import ContextArgument, FieldJoin, Seat

if TYPE_CHECKING:
    from router.core.planner.plan_values import ValuePlanner


def read_contexts(
    values: ValuePlanner, held: Held, seat: Seat, join: FieldJoin
) -> tuple[tuple[ContextValue, ...], set[int]]:
    """What a field takes from its context, and the fetches that bring it. Raises PlanningError."""
    needed: set[int] = set()
    found: list[ContextValue] = []
    for argument in join.context_arguments:
        source = _find_source(values, held, seat, argument)
        selections = values.planning.names.internal(argument.selections)
        needed |= values.plan_value(source.start, source.type_name, source.path, selections)
        wanted = tuple(values.planning.names.wanted(source.type_name, selections))
        variable = f"{argument.context}_{argument.name}_{len(source.path)}"
        found.append(ContextValue(variable, argument.type, len(source.path), wanted))
    return tuple(found), needed


def with_contexts(field: Field, join: FieldJoin, contexts: Sequence[ContextValue]) -> Field:
    """The field with the arguments that clients don't see."""
    filled = ", ".join(
        f"{argument.name}: ${context.variable}"
        for argument, context in zip(join.context_arguments, contexts, strict=True)
    )
    given = field.arguments[1:-1]
    return replace(field, arguments=f"({given}, {filled})" if given else f"({filled})")


def _find_source(values: ValuePlanner, held: Held, seat: Seat, argument: ContextArgument) -> Held:
    """The nearest value that sets the context: the one that has the field, or one around it."""
    for candidate in (held, *reversed(values.ancestors)):
        if argument.context in _contexts(values, candidate.type_name, seat.subgraph):
            return candidate
    raise PlanningError(f"nothing around a {held.type_name} sets the context {argument.context}")


def _contexts(values: ValuePlanner, type_name: str, subgraph: str) -> set[str]:
    """Names that values of the type set, by themselves or as members of an interface or a union."""
    types, applies = values.planning.supergraph.types, values.planning.collector.applies
    return {
        name
        for type_ in types.values()
        if subgraph in type_.contexts and applies(type_.name, type_name)
        for name in type_.contexts[subgraph]
    }
