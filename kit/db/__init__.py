"""PostgreSQL: tables and statements in SQLAlchemy Core, executed as prepared asyncpg statements.

``Statement`` compiles a Core construct once; ``Database`` runs it on a pooled connection (reads) or inside a
``Transaction`` (writes, with the outbox). There is no engine, session or unit of work besides that.
"""

from kit.db.database import Database, Queryable, Row, Transaction
from kit.db.slots import QueueFigures
from kit.db.statement import Statement
from kit.db.tables import idempotency_table, outbox_table

__all__ = [
    "Database",
    "Queryable",
    "QueueFigures",
    "Row",
    "Statement",
    "Transaction",
    "idempotency_table",
    "outbox_table",
]
