"""Say which subgraphs give an element which value, the supergraph's own first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphql import ConstValueNode, ListValueNode, ObjectValueNode, print_ast

from router.core.composition.model import Directive
from router.core.composition.problems import in_subgraphs

Described = Callable[[str, str], str]
"""From a value, and the subgraphs that have it in words."""


def describe_mismatch(
    values: Sequence[tuple[str, str]], chosen_value: str, *, chosen: Described, other: Described
) -> str:
    """``values``: subgraph and its value. ``chosen`` may be told no subgraph: then ``where`` is empty."""
    by_value: dict[str, list[str]] = {}
    for subgraph, value in values:
        by_value.setdefault(value, []).append(subgraph)
    like_supergraph = by_value.pop(chosen_value, [])
    others = [other(value, in_subgraphs(names)) for value, names in by_value.items()]
    return chosen(chosen_value, in_subgraphs(like_supergraph) if like_supergraph else "") + joined(others)


def joined(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def print_value(value: ConstValueNode) -> str:
    """As Apollo prints values: braces without space inside."""
    if isinstance(value, ObjectValueNode):
        fields = (f"{field.name.value}: {print_value(field.value)}" for field in value.fields)
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, ListValueNode):
        return f"[{', '.join(map(print_value, value.values))}]"
    return print_ast(value)


def print_arguments(directive: Directive) -> str:
    """``no arguments``, or ``arguments {name: "x"}``."""
    if not directive.arguments:
        return "no arguments"
    arguments = (f"{name}: {print_value(value)}" for name, value in directive.arguments.items())
    return f"arguments {{{', '.join(arguments)}}}"
