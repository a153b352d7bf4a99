"""``python -m benchmarks.fanout``: one event on its way to many sockets of one realtime process."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import asyncpg

from benchmarks.fanout.audience import Audience, subscribed
from benchmarks.feed.world import Size, fill
from benchmarks.load import Measured
from benchmarks.report import Row, add_json_argument, report
from benchmarks.servers import serving
from contracts import ids
from contracts.channels import video_engagement_channel
from db.migrate import upgrade
from devstack.ports import find_free_port
from devstack.testing import SessionStack, session_stack
from kit.config import Settings
from kit.pubsub import PubSub
from subgraphs.auth.models import Account, Session
from subgraphs.auth.tokens import SigningKey, load_signing_key

_DOCUMENT = (
    "subscription Engagement($videoId: ID!)"
    " {{ videoEngagementChanged(videoId: $videoId) {{ kind video {{ id likeCount {more} }} }} }}"
)
_SHARED = _DOCUMENT.format(more="")
_OWN = _DOCUMENT.format(more="viewerHasLiked")
_SIZE = Size(people=2000, videos=200, likes=20_000, follows=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000, help=f"at most {_SIZE.people}")
    parser.add_argument("--events", type=int, default=50, help="of each scenario")
    add_json_argument(parser)
    arguments = parser.parse_args()
    with session_stack() as servers, TemporaryDirectory() as folder:
        rows = asyncio.run(_run(servers, Path(folder), arguments.sockets, arguments.events))
    report(rows, arguments.json)


async def _run(servers: SessionStack, folder: Path, sockets: int, events: int) -> list[Row]:
    database = await servers.create_database("bench_fanout")
    dsn = servers.postgres_dsn(database)
    await asyncio.to_thread(upgrade, dsn)
    people = await fill(dsn, _SIZE)
    video_id = await _any_video(dsn)
    key = load_signing_key(Settings(data_dir=folder))
    tokens = [_token(key, user_id, handle) for user_id, handle in people[:sockets]]
    valkey = servers.claim_valkey()
    async with AsyncExitStack() as stack:
        url = await _start_realtime(stack, servers, database, valkey, folder)
        pubsub = PubSub(valkey)
        stack.push_async_callback(pubsub.close)
        rows = []
        for name, query in (("one answer for all", _SHARED), ("an answer for each viewer", _OWN)):
            variables = {"videoId": ids.encode_id(ids.VIDEO, video_id)}
            async with subscribed(url, tokens, query, variables) as audience:
                gc.freeze()  # or this process's own collections would show in the server's figures
                measured = await _tell(audience, pubsub, video_id, events)
            rows.append(_row(f"{sockets} sockets, {name}", measured, events))
    await servers.drop_database(database)
    return rows


async def _tell(audience: Audience, pubsub: PubSub, video_id: UUID, events: int) -> Measured:
    """From publishing to a frame in the client, socket by socket; the first event warms up and doesn't count."""
    measured = Measured()
    hint = {"type": "VideoLiked", "videoId": ids.encode_id(ids.VIDEO, video_id), "revision": 1}
    for number in range(events + 1):
        hearing = asyncio.create_task(audience.hear())
        told_at = time.perf_counter()
        await pubsub.publish(video_engagement_channel(video_id), hint)
        heard_at = await hearing
        if number:
            measured.latencies += [each - told_at for each in heard_at]
            measured.seconds += max(heard_at) - told_at
    return measured


def _row(name: str, measured: Measured, events: int) -> Row:
    return {
        "name": name,
        "frames_per_s": measured.per_second,
        "events_per_s": events / measured.seconds,
        "p50_ms": measured.percentile_ms(0.5),
        "p99_ms": measured.percentile_ms(0.99),
    }


async def _start_realtime(
    stack: AsyncExitStack, servers: SessionStack, database: str, valkey: str, folder: Path
) -> str:
    port = find_free_port()
    environment = {
        "CLIPGRAPH_DATABASE_URL": f"{servers.postgres_url}/{database}",
        "CLIPGRAPH_VALKEY_URL": valkey,
        "CLIPGRAPH_S3_ENDPOINT": servers.s3.endpoint,
        "CLIPGRAPH_DATA_DIR": str(folder),
        "CLIPGRAPH_REALTIME_PORT": str(port),
        "CLIPGRAPH_LOG_LEVEL": "WARNING",
        # All of its sockets come from one address.
        "CLIPGRAPH_ANONYMOUS_REQUESTS_PER_MINUTE": "1000000",
    }
    argv = [sys.executable, "-m", "clipgraph", "serve", "realtime"]
    await stack.enter_async_context(serving(argv, environment, f"http://127.0.0.1:{port}/health/ready"))
    return f"ws://127.0.0.1:{port}/graphql"


async def _any_video(dsn: str) -> UUID:
    connection = await asyncpg.connect(dsn)
    try:
        return UUID(str(await connection.fetchval("SELECT video_id FROM videos.videos LIMIT 1")))
    finally:
        await connection.close()


def _token(key: SigningKey, user_id: UUID, handle: str) -> str:
    account = Account(user_id, f"{handle}@example.com", handle, handle.title(), "", ("user",))
    token, _ = key.sign_access_token(account, Session(ids.new_id(), user_id), now=datetime.now(UTC))
    return token


if __name__ == "__main__":
    main()
