"""Root fields of a mutation that are written more than once, under different conditions.

Such a field runs once, at the first of its places whose conditions hold, with what is selected at that one and at all
later ones whose conditions hold too. Where it runs is only known with the variables, so that each place becomes a
field of its own, of which at most one runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from router.core.selection import Condition, Conditions, Field, Fragment, Selection


def unfold_repeated(fields: Sequence[Field]) -> Iterator[Field]:
    """Fields in their order; those that are written once as they are."""
    for number, field in enumerate(fields):
        earlier = [each for each in fields[:number] if each.response_key == field.response_key]
        later = [each for each in fields[number + 1 :] if each.response_key == field.response_key]
        selections = field.selections
        for other in later:
            selections += tuple(_only_if(selection, other.conditions) for selection in other.selections)
        for conditions in _while_none_holds([each.conditions for each in earlier], field.conditions):
            yield replace(field, conditions=conditions, selections=selections)


def _while_none_holds(earlier: Sequence[Conditions], own: Conditions) -> Iterator[Conditions]:
    """``own`` in as many forms as there are ways for all the earlier to fail."""
    if not earlier:
        yield own
        return
    for number, condition in enumerate(earlier[0]):
        # The first of them that fails; those before it hold, so that no two forms hold together.
        failing = _joined(own, (*earlier[0][:number], Condition(condition.variable, not condition.is_skip)))
        if failing is not None:
            yield from _while_none_holds(earlier[1:], failing)


def _joined(first: Conditions, second: Conditions) -> Conditions | None:
    """Both; None when they contradict each other."""
    joined = tuple(dict.fromkeys((*first, *second)))
    return None if any(Condition(each.variable, not each.is_skip) in joined for each in joined) else joined


def _only_if(selection: Selection, conditions: Conditions) -> Selection:
    if isinstance(selection, Fragment):
        inner = tuple(_only_if(each, conditions) for each in selection.selections)
        return replace(selection, selections=inner)
    return replace(selection, conditions=tuple(dict.fromkeys((*selection.conditions, *conditions))))
