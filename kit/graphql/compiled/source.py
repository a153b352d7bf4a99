"""Python source of selections: a function each, over a whole column of objects.

A generated function reads the leaves of an object, checks them and writes it as one dict display, all in one
expression. An object that fails the checks goes to ``complete_object`` with what was read of it. Fields with
objects below, and those to be awaited, are read column by column after that.
"""

from __future__ import annotations

import linecache
from collections.abc import Sequence
from itertools import count
from typing import Any

from kit.graphql.compiled.columns import ColumnInfo
from kit.graphql.compiled.filling import Cells, await_column, fill, wait_for
from kit.graphql.compiled.leaves import ORDINARY, check_of
from kit.graphql.compiled.loads import group_loads, load_column
from kit.graphql.compiled.plan import FieldPlan, OperationPlan, SelectionPlan
from kit.graphql.compiled.recipes import Attribute, Constant, Direct, Load
from kit.graphql.compiled.slowly import UNREAD, Batch, complete_object, select_slowly

_serial = count(1)


def generate(operation: OperationPlan, title: str) -> str:
    """Gives every fresh selection of ``operation`` its function. The file name in ``linecache`` is returned."""
    fresh, operation.fresh = operation.fresh, []
    names: dict[str, Any] = {
        "UNREAD": UNREAD,
        "ordinary": ORDINARY,
        "Batch": Batch,
        "Cells": Cells,
        "Info": ColumnInfo,
        "await_column": await_column,
        "complete_object": complete_object,
        "fill": fill,
        "load_column": load_column,
        "select_slowly": select_slowly,
        "wait_for": wait_for,
    }
    parts = [_Writer(selection, names).write() for selection in fresh]
    file_name = f"<graphql {title} #{next(_serial)}>"
    source = "\n\n".join(parts)
    exec(compile(source, file_name, "exec"), names)
    linecache.cache[file_name] = (len(source), None, source.splitlines(keepends=True), file_name)
    for selection, part in zip(fresh, parts, strict=True):
        selection.run = names[f"select_{selection.number}"]
        selection.source = part
    return file_name


class _Writer:
    """Writes the function of one selection; constants go into ``names`` under the number of their field."""

    def __init__(self, selection: SelectionPlan, names: dict[str, Any]) -> None:
        self._selection = selection
        self._names = names
        self._lines: list[str] = []

    def write(self) -> str:
        selection = self._selection
        self._names[f"S{selection.number}"] = selection
        self._add(0, f"def select_{selection.number}(run, objects, column, later):")
        self._add(1, repr(f"{selection.type.name}: {', '.join(field.key for field in selection.fields)}"))
        self._write_arguments()
        self._write_objects()
        for group in group_loads(selection.columns):
            self._write_column(group)
        self._add(1, "if column.waiting:")
        self._add(2, "wait_for(run, column, later)")
        self._add(1, "return out")
        return "\n".join(self._lines) + "\n"

    def _add(self, depth: int, text: str) -> None:
        self._lines.append("    " * depth + text)

    def _write_arguments(self) -> None:
        fields = [
            field
            for field in self._selection.fields
            if isinstance(field.recipe, Direct) and field.recipe.arguments
        ]
        if not fields:
            return
        self._add(1, "try:")
        for field in fields:
            self._names[f"F{field.number}"] = field
            self._add(2, f"a{field.number} = run.arguments(F{field.number})")
        self._add(1, "except Exception:")
        self._add(2, f"out = select_slowly(Batch(run, S{self._selection.number}, column, later), objects)")
        self._add(2, "if column.waiting:")
        self._add(3, "wait_for(run, column, later)")
        self._add(2, "return out")

    def _write_objects(self) -> None:
        inline = self._selection.inline
        if not inline:
            self._add(1, f"out = [{self._display()} for _ in objects]")
            return
        self._add(1, "out = []")
        self._add(1, "write = out.append")
        self._add(1, "for o in objects:")
        self._add(2, " = ".join([*(f"v{field.number}" for field in inline), "UNREAD"]))
        self._add(2, "raised = None")
        self._add(2, "try:")
        self._add(3, "if (")
        for place, line in enumerate([*map(self._read_test, inline), *self._make_tests(inline)]):
            self._add(4, f"{'and ' if place else ''}{line}")
        self._add(3, "):")
        self._add(4, f"write({self._display()})")
        self._add(4, "continue")
        self._add(2, "except Exception as error:")
        self._add(3, "raised = error")
        values = ", ".join(f"v{field.number}" for field in inline)
        batch = f"Batch(run, S{self._selection.number}, column, later)"
        self._add(2, f"write(complete_object({batch}, len(out), o, raised, ({values},)))")

    def _read_test(self, field: FieldPlan) -> str:
        """Reads the field, which is true if the value is of the class that it should be of."""
        name = f"v{field.number}"
        check = check_of(field.nullable_type)
        names = {"v": name, "c": f"c{field.number}", "ordinary": "ordinary"}
        self._names[f"c{field.number}"] = check.constant
        test = check.test.format(**names)
        first, rest = test.split(name, 1)
        read = f"({name} := {self._read(field, 'len(out)')})"
        if field.is_required:
            return f"{first}{read}{rest}"
        return f"({read} is None or {test})"

    def _make_tests(self, inline: Sequence[FieldPlan]) -> list[str]:
        """Serialize what is not written as it is; true if that gives something."""
        tests = []
        for field in inline:
            check = check_of(field.nullable_type)
            if check.make is None:
                continue
            value, made = f"v{field.number}", f"m{field.number}"
            make = check.make.format(v=value, c=f"c{field.number}")
            test = f"ordinary[type({made} := {make})]"
            if not field.is_required:
                test = f"(({value} is None and ({made} := None) is None) or ({test}))"
            tests.append(test)
        return tests

    def _display(self) -> str:
        return (
            "{"
            + ", ".join(f"{field.key!r}: {self._written(field)}" for field in self._selection.fields)
            + "}"
        )

    def _written(self, field: FieldPlan) -> str:
        if isinstance(field.recipe, Constant):
            return repr(field.recipe.value)
        if not field.is_inline:
            return "None"
        return f"{'v' if check_of(field.nullable_type).make is None else 'm'}{field.number}"

    def _read(self, field: FieldPlan, place: str) -> str:
        recipe = field.recipe
        number = field.number
        if isinstance(recipe, Attribute):
            return f"o.{recipe.name}"
        self._names[f"F{number}"] = field
        if not isinstance(recipe, Direct):
            return f"run.read(F{number}, column, {place}, o)"
        self._names[f"f{number}"] = recipe.function
        given = ["o"] if recipe.takes_self else []
        given += [f"{name}=o" for name in recipe.source_names]
        if recipe.info_name is not None:
            given.append(f"{recipe.info_name}=Info(run, F{number}, column, {place})")
        if recipe.arguments:
            given.append(f"**a{number}")
        return f"f{number}({', '.join(given)})"

    def _write_column(self, group: Sequence[FieldPlan]) -> None:
        for each in group:
            self._names[f"F{each.number}"] = each
        field = group[0]
        number = field.number
        if isinstance(field.recipe, Load):
            cells = ", ".join(f"Cells(run, F{each.number}, column, out, [])" for each in group)
            self._add(1, f"load_column([{cells}], objects, later)")
            return
        self._add(1, f"v{number} = []")
        self._add(1, "for o in objects:")
        self._add(2, "try:")
        self._add(3, f"v{number}.append({self._read(field, f'len(v{number})')})")
        self._add(2, "except Exception as error:")
        self._add(3, f"v{number}.append(error)")
        cells = f"Cells(run, F{number}, column, out, v{number})"
        if field.is_async:
            self._add(1, f"later.columns.append(await_column({cells}))")
        else:
            self._add(1, f"fill({cells}, later)")
