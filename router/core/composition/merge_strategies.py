"""Merge different applications of a directive that can stand only once: each argument has its way.

The dearest cost counts, whoever it is that resolves a field; and who wants to see it must satisfy everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    BooleanValueNode,
    ConstListValueNode,
    ConstValueNode,
    IntValueNode,
    ListValueNode,
    StringValueNode,
)

from router.core.composition.federation_spec import COST, LIST_SIZE, POLICY, REQUIRES_SCOPES
from router.core.composition.model import Directive

Values = Sequence[ConstValueNode]
Alternatives = list[list[str]]
"""Any one of the lists will do, if all that is in it is there."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """How values of an argument become one. ``name`` is Apollo's, for hints."""

    name: str
    merge: Callable[[Values], ConstValueNode]
    default: ConstValueNode | None = None


def merge_applications(directives: Sequence[Directive]) -> Directive:
    """One application out of several of one of the directives in ``STRATEGIES``."""
    strategies = STRATEGIES[directives[0].name]
    merged = {name: list(_values(directives, name, strategies[name])) for name in strategies}
    arguments = {name: strategies[name].merge(values) for name, values in merged.items() if values}
    return Directive(directives[0].name, arguments)


def _values(directives: Sequence[Directive], name: str, strategy: Strategy) -> Iterator[ConstValueNode]:
    values = (directive.arguments.get(name, strategy.default) for directive in directives)
    return (value for value in values if value is not None)


def _largest(values: Values) -> ConstValueNode:
    numbers = [int(value.value) for value in values if isinstance(value, IntValueNode)]
    return IntValueNode(value=str(max(numbers))) if numbers else values[0]


def _union(values: Values) -> ConstValueNode:
    lists = [value.values for value in values if isinstance(value, ListValueNode)]
    texts = dict.fromkeys(v.value for items in lists for v in items if isinstance(v, StringValueNode))
    return _list(StringValueNode(value=text) for text in texts)


def _all(values: Values) -> ConstValueNode:
    return BooleanValueNode(value=all(not isinstance(v, BooleanValueNode) or v.value for v in values))


def _conjunction(values: Values) -> ConstValueNode:
    alternatives = conjunction([read_alternatives(value) for value in values])
    return _list(_list(StringValueNode(value=text) for text in one) for one in alternatives)


def _list(values: Iterator[ConstValueNode]) -> ConstListValueNode:
    return ConstListValueNode(values=tuple(values))


def read_alternatives(value: ConstValueNode | None) -> Alternatives:
    """The scopes or policies of an application. No alternative at all demands nothing."""
    if not isinstance(value, ListValueNode):
        return [[]]
    return [
        [text.value for text in one.values if isinstance(text, StringValueNode)]
        for one in value.values
        if isinstance(one, ListValueNode)
    ] or [[]]


def conjunction(demands: Sequence[Alternatives]) -> Alternatives:
    """What satisfies every demand, without what another alternative already allows."""
    normal = [sorted(sorted(one) for one in demand) for demand in demands]
    distinct = [demand for index, demand in enumerate(normal) if demand not in normal[:index]]
    result = distinct[0]
    for demand in distinct[1:]:
        both = (
            tuple(sorted([*one, *(text for text in other if text not in one)]))
            for one in result
            for other in demand
        )
        result = _without_implied([list(one) for one in dict.fromkeys(both)])
    return result


def _without_implied(alternatives: Alternatives) -> Alternatives:
    kept: Alternatives = []
    for one in sorted(alternatives, key=len):
        if not any(set(smaller) <= set(one) for smaller in kept):
            kept.append(one)
    return kept


_CONJUNCTION = Strategy("DNF_CONJUNCTION", _conjunction)

STRATEGIES: Mapping[str, Mapping[str, Strategy]] = {
    COST: {"weight": Strategy("MAX", _largest)},
    LIST_SIZE: {
        "assumedSize": Strategy("NULLABLE_MAX", _largest),
        "slicingArguments": Strategy("NULLABLE_UNION", _union),
        "sizedFields": Strategy("NULLABLE_UNION", _union),
        "requireOneSlicingArgument": Strategy("NULLABLE_AND", _all, BooleanValueNode(value=True)),
    },
    REQUIRES_SCOPES: {"scopes": _CONJUNCTION},
    POLICY: {"policies": _CONJUNCTION},
}
