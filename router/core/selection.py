"""Selections as the planner sees them: fragments inlined, literal conditions resolved, arguments as text.

Operations, keys, ``@requires`` and ``@provides`` all become these, so that one planner serves them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    SelectionSetNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """``@include(if: $variable)``, or ``@skip`` when ``is_skip``."""

    variable: str
    is_skip: bool

    def __str__(self) -> str:
        return f"@{'skip' if self.is_skip else 'include'}(if: ${self.variable})"

    def holds(self, variables: Mapping[str, Any]) -> bool:
        return bool(variables.get(self.variable)) is not self.is_skip


Conditions: TypeAlias = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Deferral:
    """One ``@defer``: what it covers may arrive later. It counts unless ``variable`` is false."""

    number: int
    label: str | None = None
    variable: str | None = None

    def holds(self, variables: Mapping[str, Any]) -> bool:
        return self.variable is None or bool(variables.get(self.variable))


DirectiveDefaults: TypeAlias = Mapping[str, Mapping[str, ArgumentNode]]
"""Arguments by directive and name, which count when a client leaves them out."""

EMPTY_DEFAULTS: DirectiveDefaults = MappingProxyType({})

FieldPlace: TypeAlias = tuple[str, Conditions, str, Deferral | None]


@dataclass(frozen=True, slots=True)
class Field:
    """``arguments`` is printed text, parentheses included, or empty; ``variables`` are those it names.

    ``directives`` are printed, without ``@skip`` and ``@include``, which are ``conditions``. ``deferral`` is the
    innermost ``@defer`` around the field within its selection set. What ``is_denied`` is shown as null.
    """

    name: str
    response_key: str
    arguments: str = ""
    variables: frozenset[str] = frozenset()
    conditions: Conditions = ()
    selections: tuple[Selection, ...] = ()
    directives: str = ""
    deferral: Deferral | None = None
    is_denied: bool = False

    @property
    def place(self) -> FieldPlace:
        """Fields that are equal in this are one field, and their selections are merged."""
        return self.response_key, self.conditions, self.directives, self.deferral


@dataclass(frozen=True, slots=True)
class Fragment:
    """``... on type_condition``. Conditions of a fragment are pushed down to the fields in it."""

    type_condition: str
    selections: tuple[Selection, ...]


Selection: TypeAlias = Field | Fragment


def normalize_selections(
    selection_set: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    defaults: DirectiveDefaults = EMPTY_DEFAULTS,
) -> tuple[Selection, ...]:
    """What a selection set asks for, in its order. Fields excluded by a literal are gone, directives complete.

    A fragment that is spread many times is normalized once; its selections are the same objects everywhere, so
    that the result is no larger than the document, however large its expansion were.
    """
    return _Normalizer(fragments, defaults).selections(selection_set, _Outer())


def walk(selections: Sequence[Selection]) -> Iterator[Selection]:
    """Every selection at any depth, each object once."""
    seen: set[int] = set()
    pending = list(selections)
    while pending:
        selection = pending.pop()
        if id(selection) not in seen:
            seen.add(id(selection))
            yield selection
            pending.extend(selection.selections)


@dataclass(frozen=True, slots=True)
class _Outer:
    """What the fragments around a selection say of it."""

    conditions: Conditions = ()
    deferral: Deferral | None = None


class _Normalizer:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], defaults: DirectiveDefaults) -> None:
        self._fragments = fragments
        self._defaults = defaults
        self._known: dict[tuple[str, _Outer], tuple[Selection, ...]] = {}
        self._deferrals = 0

    def selections(self, selection_set: SelectionSetNode | None, outer: _Outer) -> tuple[Selection, ...]:
        if selection_set is None:
            return ()
        return tuple(self._normalize(selection_set.selections, outer))

    def _normalize(self, nodes: Sequence[Any], outer: _Outer) -> Iterator[Selection]:
        for node in nodes:
            own = _conditions(node.directives or ())
            if own is None:
                continue
            conditions = outer.conditions + tuple(each for each in own if each not in outer.conditions)
            around = _Outer(conditions, self._deferral(node.directives or ()) or outer.deferral)
            if isinstance(node, FieldNode):
                yield self._field(node, around)
            elif isinstance(node, InlineFragmentNode):
                yield from self._fragment(node, around)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._spread(node.name.value, around)

    def _deferral(self, directives: Sequence[DirectiveNode]) -> Deferral | None:
        for directive in directives:
            if directive.name.value != "defer":
                continue
            arguments: dict[str, Any] = {each.name.value: each.value for each in directive.arguments or ()}
            if_ = arguments.get("if")
            if isinstance(if_, BooleanValueNode) and not if_.value:
                return None
            self._deferrals += 1
            label = arguments["label"].value if "label" in arguments else None
            return Deferral(self._deferrals, label, if_.name.value if isinstance(if_, VariableNode) else None)
        return None

    def _spread(self, name: str, outer: _Outer) -> tuple[Selection, ...]:
        known = self._known.get((name, outer))
        if known is None:
            known = self._known[name, outer] = self._fragment(self._fragments[name], outer)
        return known

    def _field(self, node: FieldNode, outer: _Outer) -> Field:
        arguments = ", ".join(print_ast(argument) for argument in node.arguments or ())
        others = [
            self._complete(each)
            for each in node.directives or ()
            if each.name.value not in ("skip", "include")
        ]
        return Field(
            name=node.name.value,
            response_key=(node.alias or node.name).value,
            arguments=f"({arguments})" if arguments else "",
            variables=frozenset().union(*(variables_in(part) for part in (*(node.arguments or ()), *others))),
            conditions=outer.conditions,
            selections=self.selections(node.selection_set, _Outer()),
            directives="".join(f" {print_ast(each)}" for each in others),
            deferral=outer.deferral,
        )

    def _complete(self, node: DirectiveNode) -> DirectiveNode:
        """With the defaults that some subgraph may not have."""
        defaults = self._defaults.get(node.name.value)
        if not defaults:
            return node
        given = {argument.name.value for argument in node.arguments or ()}
        missing = (argument for name, argument in defaults.items() if name not in given)
        return DirectiveNode(name=node.name, arguments=(*(node.arguments or ()), *missing))

    def _fragment(
        self, node: InlineFragmentNode | FragmentDefinitionNode, outer: _Outer
    ) -> tuple[Selection, ...]:
        inner = self.selections(node.selection_set, outer)
        if node.type_condition is None:
            return inner
        return (Fragment(node.type_condition.name.value, inner),) if inner else ()


def _conditions(directives: Sequence[DirectiveNode]) -> Conditions | None:
    """The conditions on variables; None when a literal excludes the selection."""
    found: list[Condition] = []
    for directive in directives:
        name = directive.name.value
        if name not in ("skip", "include"):
            continue
        value = (directive.arguments or ())[0].value
        if isinstance(value, VariableNode):
            found.append(Condition(value.name.value, name == "skip"))
        elif isinstance(value, BooleanValueNode) and value.value is (name == "skip"):
            return None
    return tuple(found)


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.add(node.name.value)


def variables_in(node: Node) -> frozenset[str]:
    """Names of the variables that a piece of syntax mentions."""
    collector = _Variables()
    visit(node, collector)
    return frozenset(collector.names)


@lru_cache(4096)
def parse_field_set(text: str) -> tuple[Selection, ...]:
    """Selections of a ``FieldSet`` such as ``"id organization { id }"``. Raises GraphQLSyntaxError."""
    stripped = text.strip()
    document = parse(stripped if stripped.startswith("{") else f"{{{stripped}}}", no_location=True)
    operation: Any = document.definitions[0]
    return normalize_selections(operation.selection_set, {})


def print_field_set(selections: Sequence[Selection]) -> str:
    """``id organization { id }``."""
    return " ".join(_print_selection(selection) for selection in selections)


def _print_selection(selection: Selection) -> str:
    inner = f" {{ {print_field_set(selection.selections)} }}" if selection.selections else ""
    if isinstance(selection, Fragment):
        return f"... on {selection.type_condition}{inner}"
    return f"{selection.name}{selection.arguments}{inner}"
