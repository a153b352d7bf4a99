"""A supergraph in memory: which subgraph answers which field, by what keys one moves between them."""

from router.core.supergraph.load import SupergraphError, load_supergraph
from router.core.supergraph.model import FieldJoin, Key, Subgraph, Supergraph, SupergraphField, SupergraphType

__all__ = [
    "FieldJoin",
    "Key",
    "Subgraph",
    "Supergraph",
    "SupergraphError",
    "SupergraphField",
    "SupergraphType",
    "load_supergraph",
]
