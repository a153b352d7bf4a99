"""Limits on what a document asks, checked before validation: hostile ones are refused while they are cheap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
)

_BRACKETS = re.compile(
    r'[^"#{}()\[\]]+|"""(?:[^"\\]|\\"""|\\|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|([{\[(])|([}\])])'
)
_DEFINITIONS_MAX = 500
"""Validation looks at each fragment for each operation."""
_VARIABLES_MAX = 500


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """None is no limit. ``max_size`` is in characters.

    ``max_depth`` is of fields below each other, ``max_height`` the number of distinct fields, ``max_list_size`` of
    lists in arguments and variables; the others are counts in the whole document. With ``introspection_max_depth``
    introspection may not nest its lists. With ``warn_only`` all but ``max_tokens`` and ``max_recursion`` are only logged.
    """

    max_size: int = 128 * 1024
    max_tokens: int = 15_000
    max_recursion: int = 200
    max_depth: int | None = None
    max_height: int | None = None
    max_aliases: int | None = None
    max_root_fields: int | None = None
    max_directives: int | None = None
    max_list_size: int | None = None
    introspection_max_depth: bool = True
    warn_only: bool = False


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that is exceeded: Apollo's code, and what to tell."""

    code: str
    message: str


def check_source(source: str, limits: OperationLimits) -> Excess | None:
    """Size, and nesting of braces, brackets and parentheses, before a parser recurses into them."""
    if len(source) > limits.max_size:
        return Excess("MAX_SIZE_LIMIT", f"A document has {limits.max_size} characters at most.")
    limit = limits.max_recursion
    if sum(map(source.count, "{[(")) <= limit:
        return None
    depth = 0
    for found in _BRACKETS.finditer(source):
        if found[1]:
            depth += 1
            if depth > limit:
                return Excess("MAX_RECURSION_LIMIT", f"The document is nested more than {limit} levels deep.")
        elif found[2]:
            depth -= 1
    return None


def check_document(document: DocumentNode, limits: OperationLimits) -> Excess | None:
    """The first limit that the document exceeds."""
    if len(document.definitions) > _DEFINITIONS_MAX:
        return Excess("MAX_DEFINITIONS_LIMIT", f"A document has {_DEFINITIONS_MAX} definitions at most.")
    measured = _Measure(document)
    if measured.variables > _VARIABLES_MAX:
        return Excess("MAX_VARIABLES_LIMIT", f"A document has {_VARIABLES_MAX} variables at most.")
    for code, what, value, limit in (
        ("MAX_ALIASES_LIMIT", "aliases", measured.aliases, limits.max_aliases),
        ("MAX_DIRECTIVES_LIMIT", "directives", measured.directives, limits.max_directives),
        ("MAX_LIST_SIZE_LIMIT", "items in a list", measured.list_size, limits.max_list_size),
        ("MAX_ROOT_FIELDS_LIMIT", "root fields", measured.root_fields, limits.max_root_fields),
        ("MAX_DEPTH_LIMIT", "levels of fields", measured.depth, limits.max_depth),
        ("MAX_HEIGHT_LIMIT", "fields", measured.height, limits.max_height),
    ):
        if limit is not None and value > limit:
            return Excess(code, f"The document has more than {limit} {what}.")
    return None


def check_variables(variables: Mapping[str, Any], limits: OperationLimits) -> Excess | None:
    """Lists at any depth of the variables."""
    limit = limits.max_list_size
    pending: list[Any] = [] if limit is None else list(variables.values())
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            if limit is not None and len(value) > limit:
                return Excess("MAX_LIST_SIZE_LIMIT", f"A list in the variables has more than {limit} items.")
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend(value.values())
    return None


class _Measure:
    """Figures of a document that need not be valid: cycles of fragments count once."""

    def __init__(self, document: DocumentNode) -> None:
        self.aliases = self.directives = self.list_size = self.variables = 0
        for node in _walk(document):
            self.aliases += isinstance(node, FieldNode) and node.alias is not None
            self.directives += len(getattr(node, "directives", None) or ())
            self.variables += isinstance(node, VariableDefinitionNode)
            if isinstance(node, ListValueNode):
                self.list_size = max(self.list_size, len(node.values))
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()
        self.depth = self.height = self.root_fields = 0
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                depth, height = self._below(definition.selection_set)
                self.depth, self.height = max(self.depth, depth), max(self.height, height)
                self.root_fields = max(self.root_fields, self._root_fields(definition.selection_set))

    def _below(self, selection_set: SelectionSetNode | None) -> tuple[int, int]:
        """Depth and number of fields under a selection set, fragments expanded."""
        depth = height = 0
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FragmentSpreadNode):
                inner = self._fragment(node.name.value)
            else:
                inner = self._below(getattr(node, "selection_set", None))
                if isinstance(node, FieldNode):
                    inner = inner[0] + 1, inner[1] + 1
            depth, height = max(depth, inner[0]), height + inner[1]
        return depth, height

    def _fragment(self, name: str) -> tuple[int, int]:
        known = self._known.get(name)
        if known is None:
            if name in self._open or name not in self._fragments:
                return 0, 0
            self._open.add(name)
            known = self._known[name] = self._below(self._fragments[name].selection_set)
            self._open.discard(name)
        return known

    def _root_fields(self, selection_set: SelectionSetNode) -> int:
        seen: set[str] = set()
        pending: list[Any] = list(selection_set.selections)
        count = 0
        while pending:
            node = pending.pop()
            if isinstance(node, FieldNode):
                count += 1
            elif not isinstance(node, FragmentSpreadNode):
                pending.extend(node.selection_set.selections)
            elif node.name.value in self._fragments and node.name.value not in seen:
                seen.add(node.name.value)
                pending.extend(self._fragments[node.name.value].selection_set.selections)
        return count


def _walk(root: Node) -> Iterator[Node]:
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        yield node
        for key in node.keys[1:]:
            value = getattr(node, key, None)
            if isinstance(value, Node):
                pending.append(value)
            elif isinstance(value, Sequence) and not isinstance(value, str):
                pending.extend(each for each in value if isinstance(each, Node))
