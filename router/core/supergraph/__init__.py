"""A supergraph in memory: which subgraph answers which field, by what keys one moves between them."""

from router.core.supergraph.access import Demand
from router.core.supergraph.api_schema import DEFER
from router.core.supergraph.costs import Costs, ListSize
from router.core.supergraph.load import SupergraphError, load_supergraph
from router.core.supergraph.model import (
    ContextArgument,
    FieldJoin,
    Key,
    Seat,
    Subgraph,
    Supergraph,
    SupergraphField,
    SupergraphType,
)

__all__ = [
    "DEFER",
    "ContextArgument",
    "Costs",
    "Demand",
    "FieldJoin",
    "Key",
    "ListSize",
    "Seat",
    "Subgraph",
    "Supergraph",
    "SupergraphError",
    "SupergraphField",
    "SupergraphType",
    "load_supergraph",
]
