"""``python -m router`` as somebody with subgraphs of their own would use it."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from router.__main__ import main
from tests.integration.router.test_http import CATALOG, STOCK, _app
from tests.support.ports import served
from tests.support.router_process import router_process
from tests.support.wire import Behaviour, answers, message, puts, wired


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


@pytest.mark.parametrize(
    "behaviour",
    [
        answers({"data": {"_service": None}}),
        answers({"data": {"_service": {"sdl": None}}}),
        answers({"errors": [{"message": "no"}]}, 400),
        answers([]),
        puts(message(b"<html>", 502)),
        puts(b"", then_closes=True),
    ],
)
async def test_a_schema_that_nobody_tells_is_missed(
    tmp_path: Path, behaviour: Behaviour, capsys: pytest.CaptureFixture[str]
) -> None:
    async with wired(behaviour) as wire:
        config = tmp_path / "supergraph.yaml"
        config.write_text(f"subgraphs: {{stock: {{schema: {{subgraph_url: '{wire.url}'}}}}}}")
        assert await asyncio.to_thread(main, ["compose", "--config", str(config)]) == 1
        assert capsys.readouterr().err.startswith(
            f"router: {wire.url} does not answer {{ _service {{ sdl }} }}"
        )


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        supergraph = tmp_path / "supergraph.graphql"
        supergraph.write_text(
            Path("supergraph.graphql").read_text().replace("local://", "http://127.0.0.1:9/")
        )
        command = ["-m", "router", "serve", "--supergraph", str(supergraph), "--port", port]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith(b"router: ")
    assert b"Address already in use" in said
