"""``python -m router`` as somebody with subgraphs of their own would use it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from router.__main__ import main
from tests.integration.router.test_http import CATALOG, STOCK, _app
from tests.support.ports import served
from tests.support.router_process import router_process


def _config(folder: Path, catalog: str, stock: str) -> Path:
    """One schema from a file, the other asked for at its URL."""
    (folder / "catalog.graphql").write_text(CATALOG.as_str())
    config = folder / "supergraph.yaml"
    config.write_text(
        f"""
federation_version: =2.9.0
subgraphs:
  catalog:
    routing_url: {catalog}/graphql
    schema:
      file: ./catalog.graphql
  stock:
    schema:
      subgraph_url: {stock}/graphql
"""
    )
    return config


@pytest.mark.parametrize("way", ["--config", "--supergraph"])
async def test_a_graph_of_any_make_is_served(tmp_path: Path, way: str) -> None:
    async with served(_app(CATALOG)) as catalog, served(_app(STOCK)) as stock:
        config = _config(tmp_path, catalog, stock)
        file = tmp_path / "supergraph.graphql"
        composed = await asyncio.to_thread(main, ["compose", "--config", str(config), "--output", str(file)])
        assert composed == 0
        named = config if way == "--config" else file
        async with router_process(way, str(named)) as router, aiohttp.ClientSession() as session:
            body = {"query": "{ books(first: 1) { title inStock } }"}
            async with session.post(f"{router.url}/graphql", json=body) as response:
                assert await response.json() == {"data": {"books": [{"title": "Book 0", "inStock": 1}]}}


async def test_a_plan_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    operation = tmp_path / "operation.graphql"
    operation.write_text("{ forYouFeed { edges { node { title } } } }")
    assert main(["plan", "--supergraph", "supergraph.graphql", str(operation)]) == 0
    assert 'Fetch(service: "videos")' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compose", "--config", "nowhere.yaml"], "nowhere.yaml: No such file or directory"),
        (["plan", "--supergraph", "README.md", "README.md"], "not a supergraph"),
        (["plan", "--supergraph", "supergraph.graphql", "README.md"], "Syntax Error"),
        (
            ["serve", "--config", "supergraph.yaml"],
            "only `clipgraph serve router` can run subgraphs in process",
        ),
    ],
)
def test_what_can_be_mended_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("router: ")
    assert said in error
