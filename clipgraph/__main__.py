"""``python -m clipgraph`` and the console script ``clipgraph``."""

from __future__ import annotations

import sys

from clipgraph.cli import run_command


def main() -> None:
    """Runs the command that the arguments name and exits with its status."""
    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
