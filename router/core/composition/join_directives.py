"""Build applications of the join specification's directives."""

from __future__ import annotations

from graphql import BooleanValueNode, ConstValueNode, EnumValueNode, StringValueNode

from router.core.composition.model import Directive

JoinArgument = str | bool | None


def join_directive(name: str, graph: str | None, **arguments: JoinArgument) -> Directive:
    """``@join__NAME(graph: GRAPH, …)``; arguments that are None are left out."""
    values: dict[str, ConstValueNode] = {} if graph is None else {"graph": EnumValueNode(value=graph)}
    values |= {key: _value(value) for key, value in arguments.items() if value is not None}
    return Directive(f"join__{name}", values)


def _value(value: str | bool) -> ConstValueNode:
    return BooleanValueNode(value=value) if isinstance(value, bool) else StringValueNode(value=value)
