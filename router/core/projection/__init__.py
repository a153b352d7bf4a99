"""From fetched data to the client's answer: its fields, its order, its nulls."""

from router.core.projection.project import DeferredPart, Projection
from router.core.projection.response import ResponseShape

__all__ = ["DeferredPart", "Projection", "ResponseShape"]
