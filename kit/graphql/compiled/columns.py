"""Columns: the objects that one selection is run over, and where each of them stands in the response."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path, Undefined
from strawberry.types.info import Info

from kit.graphql.compiled.plan import FieldPlan
from kit.graphql.compiled.recipes import Direct

if TYPE_CHECKING:
    from kit.graphql.compiled.run import Run

Spot = tuple[int, tuple[int, ...]]
"""The row of the parent's column, and the indices into the lists between."""


class Column:
    """Knows the path of each of its objects, and works it out when somebody asks.

    ``values`` are what the field gave for ``rows`` of the parent's column (all of them where that is None): objects
    and nulls, or lists of them. ``spots``, where given, says it outright.
    """

    __slots__ = ("_spots", "field", "parent", "rows", "values", "waiting")

    def __init__(
        self,
        parent: Column | None,
        field: FieldPlan | None,
        values: Sequence[Any] = (),
        rows: Sequence[int] | None = None,
        spots: Sequence[Spot] | None = None,
    ) -> None:
        self.parent = parent
        self.field = field
        self.values = values
        self.rows = rows
        self._spots = spots
        self.waiting: dict[FieldPlan, list[tuple[int, dict[str, Any], Any]]] | None = None

    def path(self, place: int) -> Path | None:
        """Of the object at ``place``; None is the root."""
        if self.parent is None or self.field is None:
            return None
        if self._spots is None:
            self._spots = list(self._find_spots(self.field.depth))
        row, indices = self._spots[place]
        path = Path(self.parent.path(row), self.field.key, self.field.parent_type.name)
        for index in indices:
            path = path.add_key(index)
        return path

    def _find_spots(self, depth: int) -> Iterator[Spot]:
        for place, value in enumerate(self.values):
            row = place if self.rows is None else self.rows[place]
            if value is None or value is Undefined:
                continue
            if depth == 0:
                yield row, ()
            else:
                for index, item in enumerate(value):
                    if item is not None:
                        yield row, (index,)

    def wait(self, field: FieldPlan, row: int, holder: dict[str, Any], awaitable: Any) -> None:
        """Notes a value of a field that was not expected to be awaited."""
        if self.waiting is None:
            self.waiting = {}
        self.waiting.setdefault(field, []).append((row, holder, awaitable))


class ColumnInfo(Info[Any, Any]):
    """Strawberry's Info of one object of a column. What needs the path is only made when it is looked at."""

    def __init__(self, run: Run, field: FieldPlan, column: Column, place: int) -> None:
        self._run = run
        self._plan = field
        self._column = column
        self._place = place

    @property
    def _raw_info(self) -> Any:  # type: ignore[override]
        known = self.__dict__.get("_known_raw_info")
        if known is None:
            known = self._run.resolve_info(self._plan, self._column, self._place)
            self.__dict__["_known_raw_info"] = known
        return known

    @property
    def _field(self) -> Any:  # type: ignore[override]
        recipe = self._plan.recipe
        assert isinstance(recipe, Direct)
        return recipe.strawberry_field

    @property
    def context(self) -> Any:
        return self._run.context

    @property
    def field_name(self) -> str:
        return self._plan.name

    @property
    def root_value(self) -> Any:
        return self._run.root


MakeInfo = Callable[["Run", FieldPlan, Column, int], ColumnInfo]
