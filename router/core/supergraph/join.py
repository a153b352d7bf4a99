"""Reads directives of the join specification off syntax nodes."""

from __future__ import annotations

from typing import Any

from graphql import DirectiveNode, TypeNode, value_from_ast_untyped


def directives_named(node: Any, name: str) -> list[dict[str, Any]]:
    """Arguments of each application of a repeatable directive; enum values are strings."""
    return [arguments_of(directive) for directive in node.directives or () if directive.name.value == name]


def arguments_of(directive: DirectiveNode) -> dict[str, Any]:
    return {
        argument.name.value: value_from_ast_untyped(argument.value) for argument in directive.arguments or ()
    }


def tags_of(node: Any) -> frozenset[str]:
    """Names of the ``@tag``s."""
    return frozenset(arguments["name"] for arguments in directives_named(node, "tag"))


def named_type(node: TypeNode) -> str:
    """The innermost name of ``[Video!]!``."""
    inner: Any = node
    while hasattr(inner, "type"):
        inner = inner.type
    return str(inner.name.value)
