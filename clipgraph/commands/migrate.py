"""``clipgraph migrate``: bring the database to the newest revision."""

from __future__ import annotations

import argparse

from db.migrate import downgrade, upgrade
from kit.config import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--down-to", metavar="REVISION", help="undo down to a revision; `base` is empty")


def run(arguments: argparse.Namespace) -> int:
    settings = Settings()
    dsn = settings.database_dsn(settings.database_admin_user)
    if arguments.down_to:
        downgrade(dsn, arguments.down_to)
    else:
        upgrade(dsn)
    return 0
