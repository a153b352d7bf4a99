"""``python -m router serve``: what it listens on and what it loads."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from router.__main__ import main
from router.commands import serve
from router.configuration import RouterConfiguration

_SLOW_TO_LOAD = [
    "cryptography",
    "fastapi",
    "jwt",
    "opentelemetry",
    "pydantic",
    "router.core.composition",
    "router.core.checks",
    "strawberry",
]


def test_it_listens_to_this_machine_only_unless_told_otherwise() -> None:
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    arguments = parser.parse_args(["--supergraph", "s.graphql"])
    assert (arguments.host, arguments.port) == (None, None)
    assert RouterConfiguration().supergraph.listen == "127.0.0.1:4000"


def test_it_loads_what_a_start_from_a_supergraph_needs() -> None:
    script = f"import sys, router.commands.serve; print([n for n in {_SLOW_TO_LOAD} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments", [[], ["nothing"], ["serve"], ["serve", "--supergraph", "a", "--config", "b"]]
)
def test_a_wrong_command_line_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m router")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert [name for name in ("serve", "compose", "plan", "check") if f"\n    {name} " in said] == [
        "serve",
        "compose",
        "plan",
        "check",
    ]
