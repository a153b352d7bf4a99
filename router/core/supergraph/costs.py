"""What ``@cost`` and ``@listSize`` of a supergraph say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode, SchemaDefinitionNode, SchemaExtensionNode

from router.core.supergraph.join import directives_named

_IDENTITY = "https://specs.apollo.dev/cost/"


@dataclass(frozen=True, slots=True)
class ListSize:
    """How long a list may be: by an argument, or as assumed; of the field's own list, or of fields below it."""

    assumed_size: int | None = None
    slicing_arguments: tuple[str, ...] = ()
    sized_fields: tuple[str, ...] = ()
    requires_one: bool = True


@dataclass(frozen=True, slots=True)
class Costs:
    """Weights by type, by type and field (input fields too), and by type, field and argument."""

    types: Mapping[str, float] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], float] = field(default_factory=dict)
    arguments: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    list_sizes: Mapping[tuple[str, str], ListSize] = field(default_factory=dict)


def read_costs(document: DocumentNode) -> Costs:
    """Of a supergraph, whatever names it has for the two directives."""
    cost, list_size = _names(document)
    types: dict[str, float] = {}
    fields: dict[tuple[str, str], float] = {}
    arguments: dict[tuple[str, str, str], float] = {}
    sizes: dict[tuple[str, str], ListSize] = {}
    for node in document.definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        _note(types, name, node, cost)
        for inner in getattr(node, "fields", None) or ():
            place = (name, inner.name.value)
            _note(fields, place, inner, cost)
            for given in directives_named(inner, list_size):
                sizes[place] = _list_size(given)
            for argument in getattr(inner, "arguments", None) or ():
                _note(arguments, (*place, argument.name.value), argument, cost)
    return Costs(types, fields, arguments, sizes)


def _note(weights: dict[Any, float], place: Any, node: Any, directive: str) -> None:
    for given in directives_named(node, directive) if getattr(node, "directives", None) else ():
        weights[place] = float(given["weight"])


def _list_size(given: Mapping[str, Any]) -> ListSize:
    assumed = given.get("assumedSize")
    return ListSize(
        assumed_size=None if assumed is None else int(assumed),
        slicing_arguments=tuple(given.get("slicingArguments") or ()),
        sized_fields=tuple(given.get("sizedFields") or ()),
        requires_one=given.get("requireOneSlicingArgument") is not False,
    )


def _names(document: DocumentNode) -> tuple[str, str]:
    """What the document calls ``@cost`` and ``@listSize``."""
    for node in document.definitions:
        if not isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            continue
        for arguments in directives_named(node, "link"):
            if not str(arguments.get("url", "")).startswith(_IDENTITY):
                continue
            namespace = arguments.get("as") or "cost"
            imported = dict(map(_import, arguments.get("import") or ()))
            return (
                imported.get("@cost", f"@{namespace}")[1:],
                imported.get("@listSize", f"@{namespace}__listSize")[1:],
            )
    return "cost", "listSize"


def _import(entry: Any) -> tuple[str, str]:
    if isinstance(entry, Mapping):
        return str(entry["name"]), str(entry.get("as") or entry["name"])
    return str(entry), str(entry)
