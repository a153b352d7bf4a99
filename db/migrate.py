"""Bringing a database to the newest revision."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config


def alembic_config(dsn: str) -> Config:
    """Alembic's configuration for ``dsn`` (``postgresql://admin:…@host/database``)."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    url = dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(dsn: str, revision: str = "head") -> None:
    """Runs what is missing, in one transaction, one process at a time. Not from within an event loop."""
    command.upgrade(alembic_config(dsn), revision)


def downgrade(dsn: str, revision: str) -> None:
    """Undoes down to ``revision`` (``base`` is empty)."""
    command.downgrade(alembic_config(dsn), revision)
