"""Random graphs, split at random: the router says what one schema would say, and no subgraph has to complain.

``python -m tests.property.router.fuzz`` searches further, by the same seeds.
"""

from __future__ import annotations

import pytest

from tests.property.router.fuzz import find_in_graph

GRAPHS = 60
#: All of them; leave out here (``all ~provides``) what the planner does not hold yet.
FEATURES = "all"


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_router_answers_as_the_whole_schema_would(seed: int) -> None:
    found = find_in_graph(seed, FEATURES, queries=3)
    assert found is None, str(found)
