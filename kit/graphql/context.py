"""What a resolver finds in ``info.context``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from contracts.viewer import Viewer
from kit.db import Transaction
from kit.errors import InternalError, UnauthenticatedError
from kit.resources import Resources

LoadersT = TypeVar("LoadersT")


class EventSource(Protocol):
    """Where a subscription field gets its events from."""

    def events(self, channel: str, *, shared: bool) -> AsyncIterator[Mapping[str, Any]]:
        """Messages of ``channel``; ``shared`` says that every viewer may see the same stream."""


@dataclass(slots=True)
class RequestContext(Generic[LoadersT]):
    """One per operation. ``loaders`` batch within it; ``transaction`` is set inside a mutation field."""

    viewer: Viewer
    resources: Resources
    loaders: LoadersT
    source: EventSource | None = None
    open_transaction: Transaction | None = field(default=None)

    @property
    def transaction(self) -> Transaction:
        """The transaction of the mutation field that is running."""
        if self.open_transaction is None:
            raise InternalError("no transaction is open: only mutation fields write")
        return self.open_transaction

    def signed_in(self) -> Viewer:
        """The viewer, or UnauthenticatedError."""
        if not self.viewer.is_authenticated:
            raise UnauthenticatedError
        return self.viewer

    def events(self, channel: str, *, shared: bool = False) -> AsyncIterator[Mapping[str, Any]]:
        """The source stream of a subscription field; call it after the access check."""
        if self.source is None:
            raise InternalError("this process does not serve subscriptions")
        return self.source.events(channel, shared=shared)
