"""The notifications subgraph on real servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from contracts.events import Envelope, NotificationKind, NotificationTriggered, encode_event
from contracts.ids import new_id
from kit.resources import Resources
from subgraphs.notifications.app import create_subgraph
from tests.support.subgraphs import Caller

Trigger = Callable[..., Awaitable[NotificationTriggered]]


@pytest.fixture(scope="session")
async def notifications(resources_for: Callable[[str], Awaitable[Resources]]) -> Caller:
    """Calls it, nobody signed in."""
    resources = await resources_for("notifications")
    return Caller(create_subgraph(resources), resources)


@pytest.fixture
def trigger(notifications: Caller) -> Trigger:
    """``await trigger(recipient_id, dedupe_key="…")``: the fact as the consumer gets it, ``times`` over."""
    [group] = notifications.subgraph.consumer_groups
    handler = group.handlers[NotificationTriggered]

    async def handle(
        recipient_id: UUID,
        *,
        kind: NotificationKind = NotificationKind.VIDEO_LIKED,
        actor_id: UUID | None = None,
        dedupe_key: str | None = None,
        times: int = 1,
    ) -> NotificationTriggered:
        fact = NotificationTriggered(
            recipient_id=recipient_id,
            kind=kind,
            actor_id=actor_id or new_id(),
            video_id=new_id(),
            dedupe_key=dedupe_key or new_id().hex,
        )
        envelope = Envelope.model_validate_json(encode_event(fact)[1])
        for _ in range(times):
            await handler(envelope, fact)
        return fact

    return handle
