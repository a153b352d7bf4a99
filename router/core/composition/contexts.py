"""Read ``@context`` and ``@fromContext``: values that a field's resolver is given from types further up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from router.core.composition.federation_spec import CONTEXT, FROM_CONTEXT
from router.core.composition.model import Field, InputValue, Subgraph, Type

_IGNORED = r"(?:[\n\r\t ,]|#[^\n\r]*(?![^\n\r]))*"
_REFERENCE = re.compile(
    rf"^{_IGNORED}\${_IGNORED}(?P<context>[A-Za-z_]\w*)(?P<selection>.*)$", re.DOTALL | re.ASCII
)


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that no client gives. ``selection`` is asked of the nearest type that sets the context."""

    argument: InputValue
    context: str
    selection: str


def parse_reference(text: str) -> tuple[str, str] | None:
    """Context and selection of ``$user { name }``; None when either is missing."""
    match = _REFERENCE.match(text)
    return (match["context"], match["selection"]) if match and match["selection"] else None


def context_arguments(field: Field) -> list[ContextArgument]:
    """Those that say well where they come from."""
    found = []
    for argument in field.arguments.values():
        applied = argument.first(FROM_CONTEXT)
        reference = parse_reference(applied.text("field") or "") if applied else None
        if reference is not None:
            found.append(ContextArgument(argument, *reference))
    return found


def unbraced(selection: str) -> str:
    """A selection may come with or without its braces."""
    stripped = selection.strip()
    return stripped[1:-1] if stripped.startswith("{") and stripped.endswith("}") else stripped


def types_that_set(subgraph: Subgraph, context: str) -> list[Type]:
    return [
        type_
        for type_ in subgraph.types.values()
        if any(applied.text("name") == context for applied in type_.applied(CONTEXT))
    ]


def contextual_fields(subgraph: Subgraph) -> Iterator[tuple[Type, Field]]:
    """Fields that have some argument from a context."""
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            if any(argument.has(FROM_CONTEXT) for argument in field.arguments.values()):
                yield type_, field
