"""Selections as subgraphs are asked for them."""

from __future__ import annotations

from router.core.composition import SubgraphSource, compose
from router.core.operation import prepare_operation
from router.core.planner import plan_operation
from router.core.supergraph import load_supergraph

_LINKS = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) '
    '@link(url: "https://example.com/access/v1.0", import: ["@access"]) @composeDirective(name: "@access")\n'
    "enum Scope { ALL OWN }\n"
)


def test_a_directive_goes_out_with_the_default_that_its_subgraph_lacks() -> None:
    sdls = {
        "a": f"{_LINKS} directive @access(to: Scope!) on FIELD type Query {{ a: Int }}",
        "b": f"{_LINKS} directive @access(to: Scope! = ALL) on FIELD type Query {{ b: Int }}",
    }
    composition = compose([SubgraphSource(name, f"http://{name}", sdl) for name, sdl in sdls.items()])
    supergraph = load_supergraph(composition.supergraph_sdl)
    plan = plan_operation(supergraph, prepare_operation(supergraph, "{ a @access b @access(to: OWN) }"))
    assert [fetch.query for fetch in plan.fetches] == ["{ a @access(to: ALL) }", "{ b @access(to: OWN) }"]
