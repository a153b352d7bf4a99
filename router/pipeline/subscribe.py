"""What the pipeline needs of whoever carries subscriptions; the composition root hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from router.engine import HeaderSource, Prepared
from router.pipeline.messages import Client
from router.pipeline.stream import Responses


class Subscriptions(Protocol):
    """Events of subscriptions as responses."""

    async def subscribe(
        self, prepared: Prepared, variables: Mapping[str, Any], client: Client, headers: HeaderSource
    ) -> Responses:
        """Returns when events will be heard; closing the generator ends it. Raises OperationError."""
