"""Build applications of the join specification's directives."""

from __future__ import annotations

from graphql import (
    BooleanValueNode,
    ConstListValueNode,
    ConstObjectFieldNode,
    ConstObjectValueNode,
    ConstValueNode,
    EnumValueNode,
    NameNode,
    StringValueNode,
)

from router.core.composition.model import Directive

JoinArgument = str | bool | ConstListValueNode | None


def join_directive(name: str, graph: str | None, **arguments: JoinArgument) -> Directive:
    """``@join__NAME(graph: GRAPH, …)``; arguments that are None are left out."""
    values: dict[str, ConstValueNode] = {} if graph is None else {"graph": EnumValueNode(value=graph)}
    values |= {key: _value(value) for key, value in arguments.items() if value is not None}
    return Directive(f"join__{name}", values)


def object_value(**fields: str) -> ConstObjectValueNode:
    """An object of strings, its fields as they come."""
    return ConstObjectValueNode(
        fields=tuple(
            ConstObjectFieldNode(name=NameNode(value=name), value=StringValueNode(value=text))
            for name, text in fields.items()
        )
    )


def _value(value: str | bool | ConstListValueNode) -> ConstValueNode:
    if isinstance(value, ConstListValueNode):
        return value
    return BooleanValueNode(value=value) if isinstance(value, bool) else StringValueNode(value=value)
