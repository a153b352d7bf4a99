"""Statements: compiled once, arguments in the order that asyncpg takes."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, select, update

from kit.db import Statement

people = Table("people", MetaData(), Column("id", Integer), Column("name", Text))


def test_named_parameters_become_positions() -> None:
    statement = Statement(
        select(people.c.id)
        .where(people.c.name == bindparam("name"), people.c.id > bindparam("least"))
        .limit(bindparam("size"))
    )
    assert statement.arguments({"size": 3, "least": 7, "name": "ada"}) == ["ada", 7, 3]


def test_a_constant_in_the_construct_keeps_its_value() -> None:
    statement = Statement(
        update(people).values(id=people.c.id + 5).where(people.c.name == bindparam("of_name"))
    )
    assert statement.arguments({"of_name": "ada"}) == [5, "ada"]


def test_missing_and_unknown_parameters_are_mistakes() -> None:
    statement = Statement(select(people.c.id).where(people.c.name == bindparam("name")))
    with pytest.raises(TypeError, match="needs parameter 'name'"):
        statement.arguments({})
    with pytest.raises(TypeError, match="no parameter nmae"):
        statement.arguments({"name": "ada", "nmae": "x"})
