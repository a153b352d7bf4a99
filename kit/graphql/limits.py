"""How much a document may ask of a subgraph, found out before it is validated and compiled.

Routers have limits of their own, which are tighter and can be set. These protect a subgraph that is reached past them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)

from kit.errors import RequestError

MAX_CHARACTERS: Final = 512 * 1024
MAX_TOKENS: Final = 50_000
MAX_FIELDS: Final = 5_000
"""Fields of an operation when its fragments are written out: what validation, compilation and execution grow with."""
MAX_LEVELS: Final = 100
MAX_PAIRS: Final = 50_000
"""Pairs of fields that want the same key, each of which validation compares."""


class OperationTooComplexError(RequestError):
    code = "OPERATION_TOO_COMPLEX"


def check_source(source: str) -> None:
    """Raises OperationTooComplexError."""
    if len(source) > MAX_CHARACTERS:
        raise OperationTooComplexError(f"A document has {MAX_CHARACTERS} characters at most.")


def check_size(document: DocumentNode) -> None:
    """Raises OperationTooComplexError. The document need not be valid."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    measured = _Measured(fragments)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            measured.add(definition.selection_set.selections)


class _Measured:
    """Of all that was added. A field that is asked for in several places counts in each."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._fields = 0
        self._pairs = 0

    def add(self, selections: Iterable[SelectionNode]) -> None:
        pending: list[tuple[int, Sequence[Iterable[SelectionNode]]]] = [(1, [selections])]
        while pending:
            level, sets = pending.pop()
            if level > MAX_LEVELS:
                raise OperationTooComplexError(f"A document has {MAX_LEVELS} levels of fields at most.")
            for fields in self._by_key(sets).values():
                self._pairs += len(fields) * (len(fields) - 1) // 2
                below = [field.selection_set.selections for field in fields if field.selection_set]
                if below:
                    pending.append((level + 1, below))
            if self._pairs > MAX_PAIRS:
                raise OperationTooComplexError("The document asks for the same fields too many times.")

    def _by_key(self, sets: Iterable[Iterable[SelectionNode]]) -> dict[str, list[FieldNode]]:
        """The fields of one object, with the fragments written out."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        pending = [selection for selections in sets for selection in selections]
        while pending:
            selection = pending.pop()
            if isinstance(selection, FieldNode):
                self._fields += 1
                if self._fields > MAX_FIELDS:
                    raise OperationTooComplexError(
                        f"A document has {MAX_FIELDS} fields at most, fragments included."
                    )
                found.setdefault((selection.alias or selection.name).value, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                pending += selection.selection_set.selections
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = self._fragments.get(selection.name.value)
                if fragment is not None:
                    pending += fragment.selection_set.selections
        return found
