"""The platform's own map, and a small one over a graph that runs in memory."""

from __future__ import annotations

import pytest

from router.core.supergraph import Supergraph, load_supergraph
from router.rest import RestApi, load_rest_map
from tests.unit.router.rest.books import ROOT, Shop


@pytest.fixture(scope="session")
def platform() -> Supergraph:
    return load_supergraph((ROOT / "supergraph.graphql").read_text())


@pytest.fixture(scope="session")
def platform_api(platform: Supergraph) -> RestApi:
    return RestApi(load_rest_map(ROOT / "rest.yaml", platform))


@pytest.fixture
def shop() -> Shop:
    return Shop()
