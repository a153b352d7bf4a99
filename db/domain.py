"""Opening and closing a domain in a migration: its schema, its role, and the tables that every domain has.

A domain signs in with a role of its own name that sees its own schema only, so a cross-domain query fails in
development too. Roles belong to the server, not to the database: several databases may share them.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy.schema import CreateTable

from kit.config import Settings
from kit.db import idempotency_table, outbox_table


def open_domain(domain: str) -> None:
    """Creates schema, role, outbox and idempotency keys, and grants the role its own schema."""
    op.execute(f"CREATE SCHEMA {domain}")
    _ensure_role(domain)
    op.execute(f"GRANT USAGE ON SCHEMA {domain} TO {domain}")
    rights = "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {domain} GRANT {rights} ON TABLES TO {domain}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {domain} GRANT USAGE, SELECT ON SEQUENCES TO {domain}")
    for table in (outbox_table(domain), idempotency_table(domain)):
        op.execute(CreateTable(table))
    op.create_index("idempotency_keys_created_at", "idempotency_keys", ["created_at"], schema=domain)


def close_domain(domain: str) -> None:
    """Drops the schema with everything in it; the role stays, another database may use it."""
    op.execute(f"DROP SCHEMA {domain} CASCADE")


def _ensure_role(domain: str) -> None:
    password = Settings().database_password.get_secret_value()
    op.get_bind().exec_driver_sql(role_statement(domain, password))


def role_statement(name: str, password: str) -> str:
    """Makes a role, or gives it this password. Migrations of several databases may run it at once on one server:
    whoever finds a twin at work waits for its commit and looks again.
    """
    quoted = password.replace("'", "''")
    given = f"ROLE {name} LOGIN PASSWORD '{quoted}'"
    return f"""
        DO $role$ BEGIN
            FOR attempt IN 1..100 LOOP
                BEGIN
                    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
                        ALTER {given};
                    ELSE
                        CREATE {given};
                    END IF;
                    RETURN;
                EXCEPTION
                    WHEN duplicate_object OR unique_violation THEN NULL;
                    WHEN internal_error THEN  -- "tuple concurrently updated" has no code of its own
                        IF SQLERRM NOT LIKE 'tuple concurrently %' THEN RAISE; END IF;
                END;
            END LOOP;
            RAISE EXCEPTION 'role {name} is being changed all the time';
        END $role$
    """
