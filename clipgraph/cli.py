"""The commands as a table. A command's module is imported only when it is the one to run."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from pydantic import ValidationError

from devstack.errors import DevStackError


@dataclass(frozen=True, slots=True)
class CommandSpec:
    name: str
    summary: str

    @property
    def module(self) -> str:
        return f"clipgraph.commands.{self.name.replace('-', '_')}"


class CommandModule(Protocol):
    """What ``clipgraph/commands/NAME.py`` has."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the command's own options."""

    def run(self, args: argparse.Namespace) -> int:
        """Does it; the exit status."""


COMMANDS = (
    CommandSpec("up", "start everything on this machine and stay until Ctrl-C"),
    CommandSpec("down", "stop what `up` started"),
    CommandSpec("reset", "stop, then forget all local data"),
    CommandSpec("status", "what runs, where, since when"),
    CommandSpec("doctor", "check this machine: disk, ports, data folder, leftovers"),
    CommandSpec("web", "build the browser page (GraphiQL) if Node is there"),
    CommandSpec("schema", "print the SDL of every subgraph and compose the supergraph, or check them"),
    CommandSpec("migrate", "bring the database to the newest revision"),
    CommandSpec("buckets", "make the buckets and put their rules into force"),
    CommandSpec("seed", "fill the demo world: people, clips, likes, comments"),
    CommandSpec("demo", "play the main story against a running `up`"),
    CommandSpec("upload", "send a video file, going on where it broke off, and wait until it plays"),
    CommandSpec("dead-letters", "look at what consumers gave up on, or hand it to them again"),
    CommandSpec("serve", "run one service alone: router, subgraph, realtime, origin, media, worker"),
)


def run_command(argv: Sequence[str]) -> int:
    """Runs ``clipgraph ARGV…``; the exit status. Errors that a person can mend are printed, not raised."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    spec = next((spec for spec in COMMANDS if spec.name == argv[0]), None)
    if spec is None:
        print(f"clipgraph: there is no command `{argv[0]}`\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        return _run(spec, argv[1:])
    except DevStackError as error:
        print(f"clipgraph: {error}", file=sys.stderr)
        return 1
    except ValidationError as error:
        print(
            f"clipgraph: a setting is wrong (see docs/operations/configuration.md)\n{error}", file=sys.stderr
        )
        return 2


def usage() -> str:
    """The table of commands, for people."""
    width = max(len(spec.name) for spec in COMMANDS)
    lines = [f"  {spec.name:<{width}}  {spec.summary}" for spec in COMMANDS]
    return "\n".join(["usage: clipgraph COMMAND [-h] …", "", *lines])


def _run(spec: CommandSpec, arguments: Sequence[str]) -> int:
    module = cast(CommandModule, importlib.import_module(spec.module))
    parser = argparse.ArgumentParser(
        prog=f"clipgraph {spec.name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    return module.run(parser.parse_args(arguments))
