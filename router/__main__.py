"""``python -m router serve|compose|plan``: the router alone, for any federated graph."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from router.commands import compose, plan, serve
from router.config import ConfigError
from router.core.composition import CompositionError
from router.core.operation import OperationError
from router.core.planner import PlanningError
from router.core.supergraph import SupergraphError

_COMMANDS = {"serve": serve, "compose": compose, "plan": plan}
_EXPECTED = (ConfigError, CompositionError, SupergraphError, OperationError, PlanningError, OSError)


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status; what a person can mend is printed, not raised."""
    parser = argparse.ArgumentParser(prog="python -m router", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in _COMMANDS.items():
        command = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        module.add_arguments(command)
    arguments = parser.parse_args(argv)
    try:
        status: int = _COMMANDS[arguments.command].run(arguments)
    except _EXPECTED as error:
        print(f"router: {error}", file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
