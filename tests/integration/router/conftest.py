"""One router process in front of bad subgraphs for all files."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.bad_world import World, bad_world


@pytest.fixture(scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with bad_world(tmp_path_factory.mktemp("graph")) as opened:
        yield opened
