"""Looking things up for a list of ids, one by one.

PostgreSQL plans such a statement once. One with ``= ANY(:ids)`` or EXISTS is planned anew each time, which can take six
times as long as running it, or reads all that a viewer ever did.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    TableValuedAlias,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
)

_ONE: Any = literal_column("1")


def wanted(parameter: str, column: str) -> TableValuedAlias:
    """The ids of a list parameter as rows of one column."""
    ids = func.unnest(bindparam(parameter, type_=ARRAY(Uuid)))
    return ids.table_valued(column).render_derived(name="wanted")


def is_there(column: Column[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a row of the column's table meets the conditions."""
    return select(column).where(*conditions).limit(_ONE).scalar_subquery().is_not(None)
