"""A realtime server over a small subgraph: real sockets, real Valkey, the router's engine."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from websockets.asyncio.client import ClientConnection, connect

from contracts import ids
from contracts.viewer import Viewer
from devstack.ports import find_free_port
from kit.config import Settings
from kit.errors import ForbiddenError
from kit.graphql.context import EventSource, RequestContext
from kit.graphql.executor import SchemaExecutor
from kit.graphql.schema import build_schema
from kit.proxies import TrustedProxies
from kit.pubsub import PubSub
from realtime.figures import RealtimeFigures
from realtime.gate import Gate
from realtime.server import RealtimeServer
from realtime.sources import ValkeySource
from router.configuration import RouterConfiguration
from router.core.composition import SubgraphSource, compose
from router.core.supergraph import load_supergraph
from router.engine import Engine
from router.pipeline.admit import Admission
from router.pipeline.authenticate import Authenticator
from router.pipeline.keys import StaticKeys
from router.pipeline.redact import Redactor
from router.transports import LocalTransport
from subgraphs.auth.models import Account, Session
from subgraphs.auth.tokens import SigningKey, load_signing_key

SECRET = "a secret of the tests"


@strawberry.type
class Tick:
    number: int
    mapped: int
    filler: str

    @strawberry.federation.field(tags=["viewer"])
    def seen_by(self, info: strawberry.Info[Any, None]) -> str | None:
        user_id = info.context.viewer.user_id
        return None if user_id is None else ids.encode_id(ids.USER, user_id)


class Clock:
    """How many events were mapped: sharing shows in it. How many resolvers wait."""

    mapped = 0
    waiting = 0


@strawberry.type
class Query:
    @strawberry.field
    def one(self) -> int:
        return 1

    @strawberry.field
    async def never(self) -> int:
        """Waits until it is cancelled."""
        Clock.waiting += 1
        try:
            await asyncio.Event().wait()
        finally:
            Clock.waiting -= 1
        return 0


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, info: strawberry.Info[Any, None], channel: str) -> AsyncGenerator[Tick, None]:
        if channel.endswith("forbidden"):
            raise ForbiddenError("Not for you.")
        async for event in info.context.events(channel, shared=True):
            Clock.mapped += 1
            if event["number"] == 13:
                raise ValueError("unlucky")
            yield Tick(number=event["number"], mapped=Clock.mapped, filler=event.get("filler", ""))


@dataclass
class Realtime:
    """``channel`` is this test's own; pub/sub is shared by the whole session."""

    url: str
    pubsub: PubSub
    key: SigningKey
    channel: str

    async def publish(self, number: int, **more: Any) -> None:
        await self.pubsub.publish(self.channel, {"type": "Ticked", "number": number, **more})

    def connect(self, **options: Any) -> connect:
        return connect(self.url, subprotocols=["graphql-transport-ws"], **options)  # type: ignore[list-item]

    def token(self, *, seconds: int = 900) -> tuple[str, str]:
        """An access token good for so long, and the user's id."""
        from datetime import UTC, datetime, timedelta

        account = Account(ids.new_id(), "a@example.com", "a", "A", "", ("user",))
        issued = datetime.now(UTC) - timedelta(seconds=900 - seconds)
        token, _ = self.key.sign_access_token(account, Session(ids.new_id(), account.account_id), now=issued)
        return f"Bearer {token}", ids.encode_id(ids.USER, account.account_id)


def _engine() -> Engine:
    schema = build_schema(query=Query, subscription=Subscription)

    def make_context(viewer: Viewer, source: EventSource | None) -> RequestContext[None]:
        resources: Any = None
        return RequestContext(viewer=viewer, resources=resources, loaders=None, source=source)

    executor = SchemaExecutor("ticks", schema, make_context, viewer_secret=SECRET)
    sdl = compose([SubgraphSource("ticks", "local://ticks", schema.as_str())]).supergraph_sdl
    return Engine(load_supergraph(sdl), {"ticks": LocalTransport("ticks", executor)})


Start = Callable[..., Any]


@pytest.fixture
async def start(settings: Settings, tmp_path: Any) -> Start:
    """``async with start(figures) as realtime``."""

    @asynccontextmanager
    async def started(
        figures: RealtimeFigures | None = None,
        configuration: RouterConfiguration | None = None,
        proxies: str | None = None,
    ) -> AsyncIterator[Realtime]:
        key = load_signing_key(settings.model_copy(update={"data_dir": tmp_path}))
        gate = Gate(
            Authenticator(
                StaticKeys(key.jwks()),
                issuer=settings.jwt_issuer,
                audience=settings.jwt_audience,
                viewer_secret=SECRET,
            ),
            TrustedProxies(proxies),
        )
        configuration = configuration or RouterConfiguration()
        pubsub, port, stop = PubSub.from_settings(settings), find_free_port(), asyncio.Event()
        server = RealtimeServer(
            _engine(),
            ValkeySource(pubsub),
            gate,
            figures=figures,
            admission=Admission(configuration),
            redactor=Redactor(configuration.include_subgraph_errors),
        )
        task = asyncio.create_task(server.run("127.0.0.1", port, stop=stop))
        try:
            await _until_listening(port)
            yield Realtime(f"ws://127.0.0.1:{port}/graphql", pubsub, key, f"ticks:{ids.new_id().hex}")
        finally:
            stop.set()
            await task
            await pubsub.close()

    return started


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


__all__ = ["ClientConnection", "Realtime", "Start"]
