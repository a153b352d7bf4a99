"""A whole pipeline over subgraphs in memory, asked as if over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from graphql import build_schema, graphql_sync

from contracts.subgraph import SubgraphRequest, SubgraphUnavailableError
from router.assemble import engine_figures
from router.configuration import RouterConfiguration, load_configuration
from router.core.composition import SubgraphSource, compose
from router.core.supergraph import load_supergraph
from router.engine import Engine
from router.pipeline.handle import Pipeline
from router.pipeline.messages import HttpRequest, HttpResponse

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", '
    '"@external", "@requires", "@tag", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy", '
    '"@cost", "@listSize"])\n'
)
_DEFINITIONS = """
directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @external on OBJECT | FIELD_DEFINITION
directive @requires(fields: String!) on FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @cost(weight: Int!) on FIELD_DEFINITION | OBJECT | ARGUMENT_DEFINITION
directive @listSize(assumedSize: Int, slicingArguments: [String!]) on FIELD_DEFINITION
scalar _Any
"""
Answer = Callable[[SubgraphRequest], Any]


class MemoryTransport:
    """One subgraph. ``requests`` are all that came; ``fails`` is how many of the next to lose on the wire. ``_entities``
    among the roots is called with each representation.
    """

    def __init__(self, name: str, sdl: str, roots: Mapping[str, Any]) -> None:
        self._name = name
        find, entities = roots.get("_entities"), ""
        self._roots = dict(roots)
        if find is not None:
            keyed = re.findall(r"type (\w+)[^{]*@key", sdl)
            entities = (
                f"union _Entity = {' | '.join(keyed)} "
                "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"
            )
            self._roots["_entities"] = lambda _info, representations: [find(each) for each in representations]
        self._schema = build_schema(_DEFINITIONS + sdl + entities, assume_valid_sdl=True)
        self.requests: list[SubgraphRequest] = []
        self.fails = 0

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """See Transport."""
        self.requests.append(request)
        if self.fails:
            self.fails -= 1
            raise SubgraphUnavailableError(self._name, "lost")
        result = graphql_sync(
            self._schema,
            request.query,
            root_value=self._roots,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
        )
        return dict(result.formatted)

    async def close(self) -> None:
        """See Transport."""


class Gateway:
    """``subgraphs``: SDL and root values by name. ``configuration`` is the text of a router.yaml."""

    def __init__(
        self,
        subgraphs: Mapping[str, tuple[str, Mapping[str, Any]]],
        configuration: str = "",
        *,
        folder: Path | None = None,
        **parts: Any,
    ) -> None:
        sources = [
            SubgraphSource(name, f"memory://{name}", LINK + sdl) for name, (sdl, _) in subgraphs.items()
        ]
        self.supergraph_sdl = compose(sources).supergraph_sdl
        self.transports = {name: MemoryTransport(name, *given) for name, given in subgraphs.items()}
        self.configuration = read_configuration(configuration, folder)
        engine = Engine(
            load_supergraph(self.supergraph_sdl), self.transports, engine_figures(self.configuration)
        )
        self.pipeline = Pipeline(engine, configuration=self.configuration, **parts)

    async def send(
        self,
        body: Any = None,
        *,
        method: str = "POST",
        query: Mapping[str, str] | None = None,
        **headers: str,
    ) -> HttpResponse:
        """``headers`` with underscores for hyphens; JSON unless they say otherwise."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        request = HttpRequest(
            method=method,
            headers={"host": "localhost", "content-type": "application/json", **named},
            query=dict(query or {}),
            body=content,
            client_ip="192.0.2.1",
        )
        return await self.pipeline.handle(request)

    async def ask(self, document: str, variables: Any = None, **headers: Any) -> tuple[int, Any]:
        """Status and response."""
        body = {"query": document} | ({} if variables is None else {"variables": variables})
        response = await self.send(body, **headers)
        return response.status, json.loads(response.body)


def read_configuration(text: str, folder: Path | None = None) -> RouterConfiguration:
    if not text:
        return RouterConfiguration()
    assert folder is not None, "a configuration is read from a file"
    file = folder / "router.yaml"
    yaml.safe_load(text)
    file.write_text(text)
    return load_configuration(file)


def codes_of(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", [])]
