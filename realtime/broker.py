"""Between sockets and the graph: runs operations, and turns events into answers for all who share them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from kit.telemetry import continued_trace, get_logger
from realtime import metrics
from realtime.gate import Gate, Visitor
from realtime.hub import Group, Hub, Member
from realtime.sources import ValkeySource
from router.core.operation import OperationError
from router.engine import Engine, Prepared
from router.pipeline.admit import Admission
from router.pipeline.messages import GraphQLRequest, RefusedError
from router.pipeline.redact import Redactor

_log = get_logger("realtime")
_INTERNAL = {
    "message": "Something went wrong on our side.",
    "extensions": {"code": "INTERNAL_SERVER_ERROR"},
}


class Audience(Protocol):
    """Gets answers to members' sockets."""

    def tell(self, members: set[Member], payload: bytes) -> None:
        """Hands an encoded response to each member; never waits."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What maps an event to the answer of a group."""

    prepared: Prepared
    variables: Mapping[str, Any]
    headers: Mapping[str, str]


class Broker:
    """One per process."""

    def __init__(
        self,
        engine: Engine,
        source: ValkeySource,
        gate: Gate,
        audience: Audience,
        *,
        admission: Admission | None = None,
        redactor: Redactor | None = None,
    ) -> None:
        self._engine = engine
        self._admission = admission or Admission()
        self._redactor = redactor or Redactor()
        self._source = source
        self._gate = gate
        self._audience = audience
        self._hub: Hub[Subscribed] = Hub()
        # What the hub wants and what the source listens to change together.
        self._changing = asyncio.Lock()
        self._mapping: set[asyncio.Task[None]] = set()

    async def admit(self, request: GraphQLRequest, visitor: Visitor) -> Prepared:
        """What the visitor may run of it, counted against its limits. Raises OperationError."""
        with _masked():
            self._admission.authorizer.check_client(visitor.client.claims)
            await self._admission.rates.check_client(visitor.client)
            prepared, _ = await self._admission.admit(self._engine, request, visitor.client)
            return prepared

    async def execute(self, prepared: Prepared, variables: Mapping[str, Any], visitor: Visitor) -> bytes:
        """The encoded response of a query or mutation. Raises OperationError."""
        with continued_trace(None), _masked():
            response = await self._engine.execute(prepared, variables, visitor.client.headers)
            return orjson.dumps(self._redactor.redact(response))

    async def subscribe(
        self, member: Member, prepared: Prepared, variables: Mapping[str, Any], visitor: Visitor
    ) -> None:
        """Returns when events will be heard. Raises OperationError when the visitor may not listen."""
        with continued_trace(None), _masked():
            source = await self._engine.subscribe(prepared, variables, visitor.client.headers)
        is_shared = source.is_shared and not prepared.is_viewer_dependent
        asking = self._gate.anybody() if is_shared else visitor
        key = (
            prepared.key,
            orjson.dumps(variables, option=orjson.OPT_SORT_KEYS),
            None if is_shared else visitor.key,
        )
        request = Subscribed(prepared, variables, asking.client.headers)
        async with self._changing:
            await self._source.listen(self._hub.join(member, key, request, source.channels))
        metrics.GROUPS.set(self._hub.group_count)

    async def unsubscribe(self, member: Member) -> None:
        """Whether it was subscribed or not."""
        async with self._changing:
            await self._source.ignore(self._hub.leave(member))
        metrics.GROUPS.set(self._hub.group_count)

    async def run(self) -> None:
        """Takes events until cancelled."""
        async for channel, message in self._source.events():
            metrics.EVENTS.inc()
            lost = self._hub.lost
            for group, event in self._hub.publish(channel, message):
                task = asyncio.create_task(self._map(group, event))
                self._mapping.add(task)
                task.add_done_callback(self._mapping.discard)
            metrics.LOST.inc(self._hub.lost - lost)

    async def close(self) -> None:
        """Ends what is being mapped."""
        for task in self._mapping:
            task.cancel()
        await asyncio.gather(*self._mapping, return_exceptions=True)
        await self._source.close()

    async def _map(self, group: Group[Subscribed], event: tuple[str, Mapping[str, Any]] | None) -> None:
        """An event, and all that came meanwhile for the same group."""
        while event is not None:
            with continued_trace(None), metrics.HYDRATION_SECONDS.time():
                payload = await self._payload(group.request, *event)
            if payload is not None and group.members:
                self._audience.tell(group.members, payload)
            event = self._hub.done(group)

    async def _payload(self, request: Subscribed, channel: str, message: Mapping[str, Any]) -> bytes | None:
        """The encoded answer; None for an event that the subscription lets pass by. Never raises."""
        try:
            with _masked():
                response = await self._engine.map_event(
                    request.prepared, request.variables, request.headers, channel, message
                )
                return None if response is None else orjson.dumps(self._redactor.redact(response))
        except OperationError as error:
            return orjson.dumps({"data": None, "errors": error.errors})


@contextmanager
def _masked() -> Iterator[None]:
    """A defect of ours is logged and told as an OperationError: it ends neither socket nor subscription."""
    try:
        yield
    except OperationError:
        raise
    except RefusedError as refusal:
        raise OperationError([refusal.error]) from refusal
    except Exception as error:
        _log.exception("operation_failed")
        raise OperationError([_INTERNAL]) from error
