"""What a request to a subgraph may do."""

from __future__ import annotations

from contracts.subgraph import SubgraphRequest


def is_query(request: SubgraphRequest) -> bool:
    """Sure to change nothing, so that it may be shared or sent again. Our documents begin with what they are; phases
    of subscriptions, which have effects, come with extensions.
    """
    return not request.extensions and request.query.startswith(("{", "query"))
