"""Random schemas, faulty data, random operations: compiled, they answer as graphql-core does.

``python -m tests.property.graphql.fuzz`` searches further, by the same seeds.
"""

from __future__ import annotations

import pytest

from tests.property.graphql.fuzz import find_counter_example

SCHEMAS = 60

#: Faulty data has coroutines in places where nobody awaits them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize("seed", range(SCHEMAS))
def test_compiled_operations_answer_as_graphql_core_does(seed: int) -> None:
    example, _ = find_counter_example(seed)
    assert example is None, example
