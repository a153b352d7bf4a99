"""The servers of a test session: shared while used, gone afterwards, clean after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from devstack.process import ProcessIdentity, stop_process, wait_for
from devstack.state import StateFile
from devstack.testing import session_stack

_HOLD = """
import sys
from pathlib import Path
from devstack.testing import session_stack
with session_stack(Path(sys.argv[1])) as session:
    print(session.claim_valkey(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of its own, so that the servers of the running session stay out of it."""
    yield tmp_path / "stack"
    keeper = _keeper(tmp_path / "stack")
    if keeper is not None:
        assert wait_for(lambda: not keeper.is_alive(), 30)


def _keeper(folder: Path) -> ProcessIdentity | None:
    recorded = StateFile(folder / "keeper.json").read().get("keeper")
    return None if recorded is None else ProcessIdentity.from_json(recorded)


def _servers(folder: Path) -> dict[str, ProcessIdentity]:
    recorded = StateFile(folder / "data" / "run" / "servers.json").read()
    return {name: ProcessIdentity.from_json(content) for name, content in recorded.items()}


def _hold(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


async def test_two_users_share_the_servers_and_the_last_one_out_stops_them(folder: Path) -> None:
    with session_stack(folder) as session:
        other = _hold(folder)
        assert other.stdout is not None
        other_url = other.stdout.readline().strip()
        own_url = session.claim_valkey()
        servers = _servers(folder)
        assert sorted(servers) == ["postgres", "seaweedfs", "tansu", "valkey"]
        assert other_url.rpartition("/")[0] == own_url.rpartition("/")[0]
        assert other_url != own_url

        database = await session.create_database("w0")
        connection = await asyncpg.connect(session.postgres_dsn(database))
        assert await connection.fetchval("SELECT current_database()") == database
        await connection.close()
        other.communicate("")
        assert other.returncode == 0
        assert all(server.is_alive() for server in servers.values())

    assert wait_for(lambda: not any(server.is_alive() for server in servers.values()), 30)
    assert wait_for(lambda: not (folder / "data").exists(), 30)


async def test_a_session_that_was_killed_leaves_nothing_to_the_next_one(folder: Path) -> None:
    crashed = _hold(folder)
    assert crashed.stdout is not None
    url = crashed.stdout.readline().strip()
    with Redis.from_url(url) as client:
        client.set("left", "over")
    keeper, orphans = _keeper(folder), _servers(folder)
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGKILL)
    crashed.kill()
    crashed.wait()
    crashed.stdout.close()
    assert wait_for(lambda: not keeper.is_alive(), 10)

    with session_stack(folder) as session:
        assert not any(orphan.is_alive() for orphan in orphans.values())
        with Redis.from_url(session.claim_valkey()) as client:
            assert client.keys("*") == []


def test_a_keeper_that_is_asked_to_end_stops_its_servers(folder: Path) -> None:
    with session_stack(folder):
        keeper, servers = _keeper(folder), _servers(folder)
        assert keeper is not None
        assert stop_process(keeper, deadline_s=30)
        assert not any(server.is_alive() for server in servers.values())
