"""Whether fields in one response key can be merged, in time that grows with the document and not with its square.

graphql-core compares every two fields. Here fields of one response key are each compared with the first, and what is
selected below them is checked as one set, as XING does it:
https://tech.new-work.se/graphql-overlapping-fields-can-be-merged-fast-ea6e92e0a01
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    MaxIntrospectionDepthRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    SelectionSetNode,
    ValidationContext,
    VisitorAction,
    get_named_type,
    is_leaf_type,
    print_ast,
    specified_rules,
)

_STEPS_MAX = 30_000
_Set: TypeAlias = tuple[Any, SelectionSetNode]
"""A selection set and the type that it is on."""
_Placed: TypeAlias = tuple[Any, FieldNode, Any]
"""Parent type, field, and the field's type."""
_Check: TypeAlias = Callable[[Sequence[_Placed]], Iterable[Sequence[_Placed]]]


class FieldsCanBeMergedRule(ASTValidationRule):
    """Reports the first conflict of each document, in graphql-core's words."""

    context: ValidationContext

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments = {
            node.name.value: node
            for node in context.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._done: set[tuple[int, frozenset[tuple[str, int]]]] = set()
        self._steps = 0

    def enter_document(self, *_: object) -> VisitorAction:
        schema = self.context.schema
        try:
            for node in self.context.document.definitions:
                type_: Any = None
                if isinstance(node, OperationDefinitionNode):
                    type_ = schema.get_root_type(node.operation)
                elif isinstance(node, FragmentDefinitionNode):
                    type_ = schema.get_type(node.type_condition.name.value)
                else:
                    continue
                self._check_all([(type_, node.selection_set)])
        except _ConflictError as conflict:
            self.context.report_error(conflict.error)
        return None

    def _check_all(self, sets: Sequence[_Set]) -> None:
        """Iterative: what is nested deep must not end in a RecursionError."""
        pending: list[tuple[_Check, Sequence[_Set]]] = [(_check_shapes, sets), (_check_same, sets)]
        while pending:
            check, merged = pending.pop()
            key = (id(check), frozenset((getattr(type_, "name", ""), id(each)) for type_, each in merged))
            if key in self._done:
                continue
            self._done.add(key)
            for group in self._collect(merged).values():
                for part in check(group):
                    inner = [
                        (get_named_type(type_), node.selection_set)
                        for _, node, type_ in part
                        if node.selection_set is not None
                    ]
                    if inner:
                        pending.append((check, inner))

    def _collect(self, sets: Sequence[_Set]) -> dict[str, list[_Placed]]:
        groups: dict[str, list[_Placed]] = {}
        seen: set[str] = set()
        pending = list(sets)
        while pending:
            parent, selection_set = pending.pop()
            for node in selection_set.selections:
                self._spend()
                if isinstance(node, FieldNode):
                    known = getattr(parent, "fields", {}).get(node.name.value)
                    placed = (parent, node, known.type if known else None)
                    groups.setdefault((node.alias or node.name).value, []).append(placed)
                elif isinstance(node, FragmentSpreadNode):
                    fragment = self._fragments.get(node.name.value)
                    if fragment is not None and node.name.value not in seen:
                        seen.add(node.name.value)
                        condition = fragment.type_condition.name.value
                        pending.append((self.context.schema.get_type(condition), fragment.selection_set))
                else:
                    on = node.type_condition  # type: ignore[attr-defined]
                    inner = self.context.schema.get_type(on.name.value) if on else parent
                    pending.append((inner, node.selection_set))  # type: ignore[attr-defined]
        return groups

    def _spend(self) -> None:
        self._steps += 1
        if self._steps > _STEPS_MAX:
            raise MergingTooCostlyError("The fragments of the document overlap in too many ways.")


class MergingTooCostlyError(Exception):
    """Whether the fields of the document can be merged would take too long to find out."""


class _ConflictError(Exception):
    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


def _check_shapes(group: Sequence[_Placed]) -> Iterable[Sequence[_Placed]]:
    """Whatever type an object turns out to be, the key must look the same."""
    first = group[0]
    for other in group[1:]:
        if first[2] is not None and other[2] is not None and _differ(first[2], other[2]):
            raise _conflict(first, other, f"they return conflicting types '{first[2]}' and '{other[2]}'")
    yield group


def _check_same(group: Sequence[_Placed]) -> Iterable[Sequence[_Placed]]:
    """Where an object can have both, they must be the same field with the same arguments."""
    general = [placed for placed in group if not isinstance(placed[0], GraphQLObjectType)]
    concrete: dict[str, list[_Placed]] = {}
    for placed in group:
        if isinstance(placed[0], GraphQLObjectType):
            concrete.setdefault(placed[0].name, []).append(placed)
    for part in [general + own for own in concrete.values()] or [general]:
        first = part[0]
        for other in part[1:]:
            names = first[1].name.value, other[1].name.value
            if names[0] != names[1]:
                raise _conflict(first, other, f"'{names[0]}' and '{names[1]}' are different fields")
            if _arguments(first[1]) != _arguments(other[1]):
                raise _conflict(first, other, "they have differing arguments")
        yield part


def _differ(first: Any, second: Any) -> bool:
    for wrapper in (GraphQLNonNull, GraphQLList):
        if isinstance(first, wrapper) or isinstance(second, wrapper):
            if not (isinstance(first, wrapper) and isinstance(second, wrapper)):
                return True
            return _differ(first.of_type, second.of_type)
    return (is_leaf_type(first) or is_leaf_type(second)) and first is not second


def _arguments(node: FieldNode) -> dict[str, str]:
    return {argument.name.value: print_ast(argument.value) for argument in node.arguments or ()}


def _conflict(first: _Placed, second: _Placed, reason: str) -> _ConflictError:
    key = (first[1].alias or first[1].name).value
    return _ConflictError(
        GraphQLError(
            f"Fields '{key}' conflict because {reason}. Use different aliases on the fields to fetch both"
            " if this was intentional.",
            [first[1], second[1]],
        )
    )


_RULES = tuple(
    FieldsCanBeMergedRule if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules
)
_RULES_WITHOUT_DEPTH = tuple(rule for rule in _RULES if rule is not MaxIntrospectionDepthRule)


def rules(*, limit_introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    """Those of the specification, and that introspection may not nest its lists."""
    return _RULES if limit_introspection else _RULES_WITHOUT_DEPTH
