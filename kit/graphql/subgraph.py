"""A subgraph as a composition root sees it: a name, a schema, an executor, consumers and jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kit.bus import ConsumerGroup
from kit.graphql.executor import SchemaExecutor
from kit.jobs import Job
from kit.resources import Resources


@dataclass(frozen=True, slots=True)
class Subgraph:
    """What a domain offers. ``executor`` answers GraphQL; groups and jobs run in worker processes."""

    name: str
    schema: Any
    executor: SchemaExecutor
    consumer_groups: Sequence[ConsumerGroup] = ()
    jobs: Sequence[Job] = ()


SubgraphFactory = Callable[[Resources], Subgraph]
