"""Nobody may learn through ``@requires`` or ``@fromContext`` what they may not see.

A field whose resolver is fed with other fields must demand of viewers what these demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphql import ConstValueNode, FieldNode, InlineFragmentNode, SelectionSetNode

from router.core.composition.context_selections import parse_context_selection
from router.core.composition.contexts import context_arguments, types_that_set
from router.core.composition.federation_spec import (
    ACCESS_CONTROL,
    AUTHENTICATED,
    FROM_CONTEXT,
    POLICY,
    REQUIRES,
    REQUIRES_SCOPES,
)
from router.core.composition.field_sets import Coordinate
from router.core.composition.merge_context import MergeContext
from router.core.composition.merge_strategies import Alternatives, conjunction, read_alternatives
from router.core.composition.model import Element, Field, Subgraph
from router.core.composition.type_refs import named_type


@dataclass(frozen=True, slots=True)
class _Demands:
    """What a viewer must have."""

    authenticated: bool
    scopes: Alternatives
    policies: Alternatives

    def imply(self, other: _Demands) -> bool:
        return (
            (self.authenticated or not other.authenticated)
            and _imply(self.scopes, other.scopes)
            and _imply(self.policies, other.policies)
        )


def _imply(ours: Alternatives, theirs: Alternatives) -> bool:
    return all(any(set(their) <= set(our) for their in theirs) for our in ours)


def _demands(*elements: Element) -> _Demands:
    """Of all elements together."""
    return _Demands(
        any(element.has(AUTHENTICATED) for element in elements),
        conjunction([_alternatives(element, REQUIRES_SCOPES, "scopes") for element in elements]),
        conjunction([_alternatives(element, POLICY, "policies") for element in elements]),
    )


def _alternatives(element: Element, directive: str, argument: str) -> Alternatives:
    applied = element.first(directive)
    value: ConstValueNode | None = applied.arguments.get(argument) if applied else None
    return read_alternatives(value)


def validate_access(context: MergeContext) -> None:
    """Once types are merged, with all their demands."""
    if not any(context.is_core_directive_used(name) for name in ACCESS_CONTROL):
        return
    for coordinate in _fed_fields(context, lambda field: field.has(REQUIRES)):
        for subgraph, field in _definitions(context, coordinate):
            applied = field.first(REQUIRES)
            if applied is not None:
                judge = _Judge(context, coordinate, "@requires")
                judge.report(subgraph, judge.faults(coordinate[0], applied.text("fields") or ""))
    for coordinate in _fed_fields(context, _is_contextual):
        for subgraph, field in _definitions(context, coordinate):
            _judge_contexts(context, coordinate, subgraph, field)


def _is_contextual(field: Field) -> bool:
    return any(argument.has(FROM_CONTEXT) for argument in field.arguments.values())


def _fed_fields(context: MergeContext, is_fed: Callable[[Field], bool]) -> list[Coordinate]:
    found = (
        (type_.name, field.name)
        for subgraph in context.subgraphs
        for type_ in subgraph.types.values()
        for field in type_.fields.values()
        if is_fed(field)
    )
    return list(dict.fromkeys(found))


def _definitions(context: MergeContext, coordinate: Coordinate) -> Iterator[tuple[Subgraph, Field]]:
    """Of the field, in the subgraphs that resolve it still."""
    parent, name = coordinate
    for source in context.sources_of(parent):
        field = source.element.fields.get(name)
        if field is not None and coordinate not in context.overridden.get(source.subgraph.name, ()):
            yield source.subgraph, field


def _judge_contexts(context: MergeContext, coordinate: Coordinate, subgraph: Subgraph, field: Field) -> None:
    judge = _Judge(context, coordinate, "@fromContext")
    for argument in context_arguments(field):
        for type_ in types_that_set(subgraph, argument.context):
            setting = context.types[type_.name]
            if judge.demands.imply(_demands(setting)):
                judge.report(subgraph, judge.faults(type_.name, argument.selection))
            else:
                where = f"data in context {subgraph.name}__{argument.context}"
                judge.report(subgraph, iter([where]))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Holds what a field selects behind the scenes to what it demands itself."""

    context: MergeContext
    coordinate: Coordinate
    directive: str

    @property
    def demands(self) -> _Demands:
        parent = self.context.types[self.coordinate[0]]
        return _demands(parent, parent.fields[self.coordinate[1]])

    def report(self, subgraph: Subgraph, faults: Iterator[str]) -> None:
        """Only the first: the remedy is the same for all."""
        for where in list(faults)[:1]:
            self.context.report.problem(
                "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
                f'[{subgraph.name}] Field "{".".join(self.coordinate)}" does not specify necessary '
                "@authenticated, @requiresScopes and/or @policy auth requirements to access the transitive "
                f"{where} from {self.directive} selection set.",
                [subgraph.name],
            )

    def faults(self, parent: str, selections: str) -> Iterator[str]:
        """What is selected without leave, in words."""
        return self._faults(parent, parse_context_selection(selections))

    def _faults(self, parent: str, selections: SelectionSetNode) -> Iterator[str]:
        for selection in selections.selections:
            if isinstance(selection, InlineFragmentNode):
                yield from self._fragment_faults(parent, selection)
            elif isinstance(selection, FieldNode) and selection.name.value != "__typename":
                yield from self._field_faults(parent, selection)

    def _fragment_faults(self, parent: str, node: InlineFragmentNode) -> Iterator[str]:
        name = node.type_condition.name.value if node.type_condition else parent
        if node.type_condition and not self.demands.imply(_demands(self.context.types[name])):
            yield f'data in inline fragment type condition "{name}"'
        yield from self._faults(name, node.selection_set)

    def _field_faults(self, parent: str, node: FieldNode) -> Iterator[str]:
        field = self.context.types[parent].fields.get(node.name.value)
        if field is None:
            return
        returned = self.context.types.get(named_type(field.type))
        answered = [field] if returned is None else [field, returned]
        if not all(self.demands.imply(_demands(element)) for element in answered):
            yield f'field "{parent}.{field.name}" data'
        if returned is not None and node.selection_set is not None:
            yield from self._faults(returned.name, node.selection_set)
