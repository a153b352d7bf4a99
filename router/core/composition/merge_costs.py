"""Merge what subgraphs say of a field's cost: the dearest counts, whoever it is that resolves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphql import (
    BooleanValueNode,
    ConstListValueNode,
    ConstValueNode,
    IntValueNode,
    ListValueNode,
    StringValueNode,
)

from router.core.composition.model import Directive

Values = Sequence[ConstValueNode]


def merge_cost_directives(directives: Sequence[Directive]) -> Directive:
    """One application out of several of ``@cost``, or of ``@listSize``."""
    given = {name for directive in directives for name in directive.arguments}
    merged = {
        name: _STRATEGIES[name]([d.arguments[name] for d in directives if name in d.arguments])
        for name in _STRATEGIES
        if name in given
    }
    return Directive(directives[0].name, merged)


def _largest(values: Values) -> ConstValueNode:
    numbers = [int(value.value) for value in values if isinstance(value, IntValueNode)]
    return IntValueNode(value=str(max(numbers))) if numbers else values[0]


def _union(values: Values) -> ConstValueNode:
    lists = [value.values for value in values if isinstance(value, ListValueNode)]
    texts = dict.fromkeys(v.value for items in lists for v in items if isinstance(v, StringValueNode))
    return ConstListValueNode(values=tuple(StringValueNode(value=text) for text in texts))


def _all(values: Values) -> ConstValueNode:
    return BooleanValueNode(value=all(not isinstance(v, BooleanValueNode) or v.value for v in values))


_STRATEGIES: dict[str, Callable[[Values], ConstValueNode]] = {
    "weight": _largest,
    "assumedSize": _largest,
    "slicingArguments": _union,
    "sizedFields": _union,
    "requireOneSlicingArgument": _all,
}
