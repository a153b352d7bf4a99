"""``python -m router serve|compose|plan|check``: the router alone, for any federated graph."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

_COMMANDS = ("serve", "compose", "plan", "check")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status; what a person can mend is printed, not raised."""
    given = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="python -m router", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    modules = _load(given)
    for name, module in modules.items():
        command = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        module.add_arguments(command)
    arguments = parser.parse_args(given)
    module = modules[arguments.command]
    try:
        status: int = module.run(arguments)
    except module.expected_errors() as error:
        print(f"router: {error}", file=sys.stderr)
        return int(module.FAILURE_STATUS)
    return status


def _load(given: Sequence[str]) -> dict[str, ModuleType]:
    """The command that is asked for, without what the others need; all of them for their names and for help."""
    names = given[:1] if given and given[0] in _COMMANDS else _COMMANDS
    return {name: import_module(f"router.commands.{name}") for name in names}


if __name__ == "__main__":
    sys.exit(main())
