"""`clipgraph up` under the hands of people and of kill -9, with the real servers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from clipgraph.supervisor.processes import REPOSITORY
from clipgraph.supervisor.run_state import RunState
from devstack.ports import find_free_port
from devstack.process import ProcessIdentity, wait_for
from kit.config import DEVELOPMENT_SECRET

DRIVE = f"{__package__}.drive"
EVERYTHING = {"postgres", "valkey", "seaweedfs", "router", "media"}


class Up:
    """A running `clipgraph up` of a data folder, seen from outside."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = find_free_port()
        self.environment = {
            **os.environ,
            "CLIPGRAPH_DATA_DIR": str(data_dir),
            "CLIPGRAPH_ROUTER_PORT": str(self.port),
        }
        self.process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", DRIVE, *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.process

    def start_and_wait(self) -> RunState:
        process = self.start()
        running = wait_for(lambda: self.state.phase == "running" or process.poll() is not None, 60)
        assert running
        assert process.poll() is None, process.communicate()[0]
        return self.state

    def finish(self) -> tuple[int, str]:
        """Status and output, once it has ended by itself or by a signal."""
        assert self.process is not None
        output, _ = self.process.communicate(timeout=60)
        return self.process.returncode, output

    def command(self, name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "clipgraph", name],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def state(self) -> RunState:
        return RunState.read(self.data_dir)

    def identities(self) -> dict[str, ProcessIdentity]:
        return {name: ProcessIdentity.from_json(entry) for name, entry in self.state.processes.items()}

    def helper(self) -> ProcessIdentity:
        """What the media stand-in started, as an encoder is."""
        line = (self.data_dir / "logs" / "media.log").read_text().splitlines()[-1]
        identity = ProcessIdentity.of(int(line.removeprefix("helper ")))
        assert identity is not None
        return identity


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    up = Up(tmp_path / "data")
    yield up
    up.command("down")
    if up.process is not None and up.process.stdout is not None:
        up.process.kill()
        up.process.wait()
        up.process.stdout.close()


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _all_ready_again(up: Up, killed: dict[str, ProcessIdentity]) -> bool:
    return all(
        entry["state"] == "ready" and entry["pid"] not in {None, killed[name].pid}
        for name, entry in up.state.processes.items()
        if name in killed
    )


async def _postgres(up: Up) -> asyncpg.Connection[asyncpg.Record]:
    return await asyncpg.connect(
        up.state.environment["CLIPGRAPH_DATABASE_URL"], user="clipgraph", password=DEVELOPMENT_SECRET
    )


async def test_killed_servers_come_back_with_everything_they_acknowledged(up: Up) -> None:
    state = up.start_and_wait()
    assert set(state.processes) == EVERYTHING
    connection = await _postgres(up)
    await connection.execute("CREATE TABLE kept (n int)")
    await connection.execute("INSERT INTO kept SELECT generate_series(1, 500)")
    with Redis.from_url(state.environment["CLIPGRAPH_VALKEY_URL"]) as client:
        for number in range(500):
            client.xadd("kept", {"n": number})
    killed = {
        name: one for name, one in up.identities().items() if name in {"postgres", "valkey", "seaweedfs"}
    }
    bystander = up.identities()["router"]
    for identity in killed.values():
        os.kill(identity.pid, signal.SIGKILL)

    assert wait_for(lambda: _all_ready_again(up, killed), 60)
    assert bystander.is_alive()
    assert up.state.environment == state.environment
    connection = await _postgres(up)
    assert await connection.fetchval("SELECT count(*) FROM kept") == 500
    await connection.close()
    with Redis.from_url(state.environment["CLIPGRAPH_VALKEY_URL"]) as client:
        assert client.xlen("kept") == 500
    assert {name: up.state.processes[name]["restarts"] for name in killed} == dict.fromkeys(killed, 1)


def test_a_killed_process_is_started_again_and_what_it_had_started_is_ended(up: Up) -> None:
    up.start_and_wait()
    before, helper = up.identities(), up.helper()
    os.kill(before["media"].pid, signal.SIGKILL)

    assert wait_for(lambda: _all_ready_again(up, {"media": before["media"]}), 30)
    assert wait_for(lambda: not helper.is_alive(), 10)
    others = {name: one for name, one in before.items() if name != "media"}
    assert all(one.is_alive() for one in others.values())
    assert _is_healthy(up.port)


def test_when_the_supervisor_is_killed_the_rest_serves_on_and_the_next_one_takes_over(up: Up) -> None:
    up.start_and_wait()
    first = up.identities()
    assert up.process is not None
    up.process.kill()
    up.process.wait()
    assert all(one.is_alive() for one in first.values())
    assert _is_healthy(up.port)
    assert "gone: `make up` takes over" in up.command("status").stdout

    up.start_and_wait()
    second = up.identities()
    assert not any(one.is_alive() for one in first.values())
    assert all(one.is_alive() for one in second.values())
    assert _is_healthy(up.port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_it_started(up: Up, number: signal.Signals) -> None:
    up.start_and_wait()
    identities, helper = up.identities(), up.helper()
    assert up.process is not None
    up.process.send_signal(number)
    status, output = up.finish()

    assert status == 0
    assert "stopped; the data stays" in output
    assert not any(one.is_alive() for one in (*identities.values(), helper))
    assert up.state.content == {}
    assert (up.data_dir / "logs" / "router.log").read_text().splitlines()[-1] == "ended politely"


def test_a_second_one_on_the_same_data_is_refused_and_the_first_goes_on(up: Up) -> None:
    up.start_and_wait()
    identities = up.identities()
    second = Up(up.data_dir)
    second.start()
    status, output = second.finish()

    assert status == 1
    assert f"clipgraph already runs on {up.data_dir}" in output
    assert "`make down` stops it" in output
    assert up.identities() == identities
    assert all(one.is_alive() for one in identities.values())


def test_down_stops_it_and_reset_forgets_the_data(up: Up) -> None:
    up.start_and_wait()
    identities = up.identities()
    assert up.command("down").returncode == 0
    assert not any(one.is_alive() for one in identities.values())
    assert (up.data_dir / "postgres" / "PG_VERSION").exists()
    assert up.command("status").returncode == 1
    assert up.command("reset").returncode == 0
    assert not up.data_dir.exists()


def test_a_taken_port_is_told_with_its_holder_before_anything_runs(up: Up) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", up.port))
        holder.listen()
        up.start()
        status, output = up.finish()
    assert status == 1
    assert f"port {up.port}, wanted by router (CLIPGRAPH_ROUTER_PORT), is taken by" in output
    assert f"(pid {os.getpid()})" in output
    assert not (up.data_dir / "postgres").exists()


def test_a_process_that_cannot_start_stops_the_whole_start(up: Up) -> None:
    up.start("--crashing")
    status, output = up.finish()
    assert status == 1
    assert "crashing ended with status 3 before it was ready" in output
    assert up.state.living() == {}
    assert json.loads((up.data_dir / "run" / "ports.json").read_text())["postgres"] > 0


def test_a_folder_with_other_things_in_it_is_refused(up: Up) -> None:
    up.data_dir.mkdir()
    (up.data_dir / "thesis.tex").write_text("mine")
    up.start()
    status, output = up.finish()
    assert status == 1
    assert "it holds other things than clipgraph's (thesis.tex)" in output
    assert "does not look like clipgraph's" in up.command("reset").stderr
    assert (up.data_dir / "thesis.tex").read_text() == "mine"
