"""Stops everything, then forgets all local data: database, event bus, clips, logs."""

from __future__ import annotations

import argparse

from clipgraph.commands.down import stop_everything
from clipgraph.supervisor.run_state import DataFolder
from kit.config import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    settings = Settings()
    stop_everything(settings)
    folder = DataFolder(settings.data_dir.resolve())
    print(f"removed {folder.path}" if folder.remove() else f"there is no {folder.path}")
    return 0
