"""How soon ``python -m router serve`` answers its first query, from the start of its process."""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import Row, add_json_argument, report
from devstack.ports import find_free_port
from router.commands.load import compose_file

_DEADLINE_S = 30
_QUERY = '{"query":"{ __typename }"}'


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--turns", type=int, default=7)
    add_json_argument(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config, supergraph = _graph_over_http(Path(folder))
        ways = {"--supergraph": supergraph, "--config": config}
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(arguments.turns):
            for way, file in ways.items():
                taken[way].append(_first_answer_ms([way, str(file)]))
    report([_row(way, figures) for way, figures in taken.items()], arguments.json)


def _graph_over_http(folder: Path) -> tuple[Path, Path]:
    """This project's graph as if its subgraphs answered elsewhere; they are not asked."""
    config, supergraph = folder / "supergraph.yaml", folder / "supergraph.graphql"
    text = Path("supergraph.yaml").read_text().replace("./", f"{Path.cwd()}/")
    config.write_text(text.replace("local://", "http://127.0.0.1:9/"))
    supergraph.write_text(compose_file(config))
    return config, supergraph


def _first_answer_ms(arguments: Sequence[str]) -> float:
    port = find_free_port()
    command = [sys.executable, "-m", "router", "serve", *arguments, "--port", str(port)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - started < _DEADLINE_S and process.poll() is None:
            if _answers(port):
                return (time.perf_counter() - started) * 1000
            time.sleep(0.005)
        raise RuntimeError(f"no answer: {' '.join(command)}")
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_DEADLINE_S)
    try:
        connection.request("POST", "/graphql", body=_QUERY, headers={"content-type": "application/json"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _row(way: str, taken: Sequence[float]) -> Row:
    return {"name": way, "median ms": statistics.median(taken), "best ms": min(taken), "worst ms": max(taken)}


if __name__ == "__main__":
    main()
