"""A random graph from one integer: this file is the table of contents, each step a module's verb."""

from __future__ import annotations

import random

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import ALL_FEATURES, Features
from tests.support.random_graphs.make_abstracts import draw_interfaces, draw_unions
from tests.support.random_graphs.make_fields import draw_leaves, draw_partial_values, draw_references
from tests.support.random_graphs.make_interface_objects import draw_more_homes, draw_traits
from tests.support.random_graphs.make_marks import draw_extensions, draw_marks, draw_overrides
from tests.support.random_graphs.make_provides import draw_provides
from tests.support.random_graphs.make_requires import draw_requires
from tests.support.random_graphs.make_roots import draw_mutations, draw_queries, draw_query_fields
from tests.support.random_graphs.make_types import draw_entities, draw_subgraphs, draw_values
from tests.support.random_graphs.model import Graph


def make_graph(seed: int, features: Features = ALL_FEATURES) -> Graph:
    """The same graph for the same seed and features; right by construction, so composition must take it."""
    builder = Builder(Graph(seed), random.Random(f"graph {seed}"), features)
    draw_subgraphs(builder)
    draw_entities(builder)
    draw_values(builder)
    draw_more_homes(builder)
    draw_leaves(builder)
    draw_partial_values(builder)
    draw_interfaces(builder)
    draw_unions(builder)
    draw_references(builder)
    draw_traits(builder)
    draw_queries(builder)
    draw_query_fields(builder)
    draw_mutations(builder)
    draw_overrides(builder)
    draw_requires(builder)
    draw_provides(builder)
    draw_marks(builder)
    draw_extensions(builder)
    return _without_empty(builder.graph)


def _without_empty(graph: Graph) -> Graph:
    """Subgraphs that got nothing take no part; types that nobody has are no types."""
    graph.subgraphs = [each for each in graph.subgraphs if each.types]
    graph.types = {
        name: type_
        for name, type_ in graph.types.items()
        if name == "Query" or any(name in each.types for each in graph.subgraphs)
    }
    for type_ in graph.types.values():
        if type_.kind == "enum":
            known = [each.types[type_.name].members for each in graph.subgraphs if type_.name in each.types]
            type_.values = [value for value in type_.values if any(value in members for members in known)]
    return graph
