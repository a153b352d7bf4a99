"""However broken the data: a compiled shape shows what the shape shows, or leaves the answer to it."""

from __future__ import annotations

import copy
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.operation import prepare_operation
from router.core.projection import ResponseShape
from tests.property.router.test_equals_monolith import MONOLITH, SHOP, OperationWriter

ODD = [
    None,
    0,
    -1,
    2**31,
    1.5,
    2.0,
    True,
    "",
    "text",
    [],
    [None],
    {},
    {"__typename": "User"},
    {"__typename": 5},
]


def _spoil(value: Any, choose: random.Random) -> Any:
    """The value with something odd in one place in ten."""
    if choose.random() < 0.1:
        return copy.deepcopy(choose.choice(ODD))
    if isinstance(value, dict):
        return {key: _spoil(inner, choose) for key, inner in value.items() if choose.random() > 0.02}
    if isinstance(value, list):
        return [_spoil(inner, choose) for inner in value]
    return value


@given(st.integers(min_value=0, max_value=2**32), st.booleans())
@settings(max_examples=150, deadline=None)
def test_compiled_shapes_show_what_shapes_show(seed: int, spoiled: bool) -> None:
    choose = random.Random(seed)
    operation = prepare_operation(SHOP.supergraph, OperationWriter(MONOLITH, choose).document())
    variables = operation.coerce_variables({})
    data = SHOP.run_for_data(operation)
    if spoiled:
        data = {key: _spoil(value, choose) for key, value in data.items()}
    shape = ResponseShape(SHOP.supergraph, operation.root_type, operation.selections)
    # Compiled by the third time.
    answers = [shape.project(copy.deepcopy(data), variables) for _ in range(4)]
    told = [(shown, projection.violations, projection.misfits) for shown, projection in answers]
    assert told == [told[0]] * 4
    assert [list(shown or {}) for shown, _ in answers] == [list(answers[0][0] or {})] * 4
