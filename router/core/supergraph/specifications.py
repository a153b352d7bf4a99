"""Which names of a supergraph document belong to specifications that it links, and not to the graph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DirectiveNode, DocumentNode, SchemaDefinitionNode, SchemaExtensionNode

from router.core.supergraph.join import arguments_of

_VERSION = re.compile(r"/v\d+(\.\d+)?/?$")
_ALWAYS = ("join__", "link__", "core__")


@dataclass(frozen=True, slots=True)
class Specifications:
    """``prefixes`` of their types and directives; ``names`` are what specifications are called here."""

    prefixes: tuple[str, ...]
    names: Mapping[str, str]

    @classmethod
    def of(cls, document: DocumentNode) -> Specifications:
        """Reads ``@link``, and ``@core`` of Federation 1."""
        linked = dict(_linked(document))
        return cls(
            prefixes=(*_ALWAYS, *(f"{name}__" for name in linked.values())),
            names=linked,
        )

    def owns(self, name: str) -> bool:
        return name.startswith(self.prefixes)

    def hides(self, node: Any) -> bool:
        """Whether clients see nothing of a definition."""
        if self.owns(node.name.value):
            return True
        return any(
            directive.name.value == self.names.get("inaccessible", "inaccessible")
            for directive in node.directives or ()
        )


def _linked(document: DocumentNode) -> Iterator[tuple[str, str]]:
    """A specification's name, and what it is called in the document."""
    for node in document.definitions:
        if isinstance(node, (SchemaDefinitionNode, SchemaExtensionNode)):
            for directive in node.directives or ():
                if directive.name.value in ("link", "core"):
                    yield from _names(directive)


def _names(directive: DirectiveNode) -> Iterator[tuple[str, str]]:
    arguments = arguments_of(directive)
    url = arguments.get("url") or arguments.get("feature")
    if isinstance(url, str):
        name = _VERSION.sub("", url).rstrip("/").rsplit("/", 1)[-1]
        yield name, str(arguments.get("as") or name)
