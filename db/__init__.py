"""The database's history: Alembic migrations, one domain's schema a revision."""
