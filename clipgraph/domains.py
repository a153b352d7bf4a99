"""The domains, by name. A process imports only those that it runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from kit.graphql.subgraph import SubgraphFactory

DOMAINS = ("auth", "users", "videos", "social", "feed", "notifications")


def load_factory(domain: str) -> SubgraphFactory:
    """``create_subgraph`` of the domain. Raises LookupError for a name that is none."""
    if domain not in DOMAINS:
        raise LookupError(f"there is no subgraph {domain!r}; there are {', '.join(DOMAINS)}")
    factory: SubgraphFactory = import_module(f"subgraphs.{domain}.app").create_subgraph
    return factory


def load_schemas() -> Mapping[str, str]:
    """The SDL of every domain, printed from its code."""
    return {
        domain: import_module(f"subgraphs.{domain}.schema").schema.as_str().rstrip() + "\n"
        for domain in DOMAINS
    }
