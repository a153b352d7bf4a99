"""Data for random schemas: the same for the same seed whoever asks, in whatever order, faults and all.

A value follows from the seed, the key of the object, the name of the field and the arguments. So two executors that
call the same resolvers see the same nulls, bad leaves, exceptions and slow answers.
"""

from __future__ import annotations

import asyncio
import datetime
import random
import re
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import strawberry
from aiodataloader import DataLoader
from graphql import GraphQLError, Undefined

from kit.graphql.loading import Loader

Spec = tuple[Any, ...]
"""``("list", inner)``, ``("required", inner)``, ``("leaf", name)`` or ``("object" | "interface" | "union", name)``."""


_KEPT = re.compile(r":kept(/\d+)*$")
"""Keys of attributes and what is in them: read more than once, they can't be awaited or used up."""


class Row:
    """An object that is of no schema class."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __repr__(self) -> str:
        return f"<Row {self.key}>"


class PlainError(Exception):
    pass


class Loading(DataLoader[Any, Any]):
    """Loads what the world has for a key; some keys are exceptions."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    async def batch_load_fn(self, keys: list[Any]) -> list[Any]:
        await asyncio.sleep(0)
        return [self._world.loaded(*key) for key in keys]


class ColumnLoading(Loader[Any, Any]):
    """The same, with our own batches."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    async def batch_load_fn(self, keys: list[Any]) -> list[Any]:
        await asyncio.sleep(0)
        return [self._world.loaded(*key) for key in keys]


class Context:
    """One per execution."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.loaders = Loaders(world)
        self.calls: Counter[str] = Counter()
        self.log: list[str] = []


class Loaders:
    def __init__(self, world: World) -> None:
        self.loading = Loading(world)
        self.column_loading = ColumnLoading(world)


class World:
    """``fault`` is the probability that a value is not as the schema says; ``is_async`` allows what has to be awaited."""

    def __init__(self, seed: int, *, fault: float, is_async: bool) -> None:
        self.seed = seed
        self.fault = fault
        self.is_async = is_async
        self.classes: dict[str, type] = {}
        self.members: dict[str, list[str]] = {}
        self.attributes: dict[str, dict[str, Spec]] = {}
        self.specs: dict[str, Spec] = {}
        self.enums: dict[str, type] = {}
        self._subclasses: dict[str, type] = {}

    def value(self, context: Context, source: Any, field: str, given: Any = ()) -> Any:
        """What the resolver of ``field`` returns for ``source``; it may raise."""
        key = _key(source)
        context.calls[f"{key}.{field}({given!r})"] += 1
        draw = random.Random(f"{self.seed}:{key}:{field}:{given!r}")
        if draw.random() < self.fault:
            raise self._exception(draw, field)
        return self._make(self.specs[field], draw, f"{key}/{field}", 0)

    async def later(self, context: Context, source: Any, field: str, given: Any = ()) -> Any:
        """The same, after a while."""
        for _ in range(random.Random(f"{self.seed}:{field}:{given!r}:ticks").randint(0, 3)):
            await asyncio.sleep(0)
        return self.value(context, source, field, given)

    def allows(self, source: Any, name: str) -> bool:
        key = _key(source)
        return random.Random(f"{self.seed}:{key}:{name}:allowed").random() > self.fault * 2

    def loaded(self, field: str, key: str) -> Any:
        draw = random.Random(f"{self.seed}:{key}:{field}:loaded")
        if draw.random() < self.fault:
            return self._exception(draw, field)
        return self._make(self.specs[field], draw, f"{key}/{field}:kept", 0)

    def _exception(self, draw: random.Random, field: str) -> Exception:
        kind = draw.randrange(5)
        if kind == 0:
            return GraphQLError(f"{field} failed", extensions={"code": "X"})
        if kind == 1 and not self.is_async:
            return GraphQLError(f"{field} failed elsewhere", path=["else", 0])
        return PlainError(f"{field} failed {draw.randrange(3)}") if kind < 4 else KeyError(field)

    def _make(self, spec: Spec, draw: random.Random, key: str, depth: int) -> Any:
        kind, inner = spec
        is_faulty = draw.random() < self.fault
        if kind == "required":
            return self._nothing(draw) if is_faulty else self._make_present(inner, draw, key, depth)
        if is_faulty and draw.random() < 0.5:
            return self._exception(draw, key.rsplit("/", 1)[-1])
        return self._nothing(draw) if draw.random() < 0.15 else self._make_present(spec, draw, key, depth)

    def _nothing(self, draw: random.Random) -> Any:
        return Undefined if draw.random() < 0.1 else None

    def _make_present(self, spec: Spec, draw: random.Random, key: str, depth: int) -> Any:
        kind, inner = spec
        is_faulty = draw.random() < self.fault
        if kind == "list":
            return self._make_list(inner, draw, key, depth, is_faulty)
        if kind == "leaf":
            return self._bad_leaf(inner, draw) if is_faulty else self._leaf(inner, draw)
        if kind == "object":
            return self._make_object(inner, draw, key, depth, is_faulty)
        names = sorted(self.classes) if is_faulty else self.members[inner]
        if is_faulty and draw.random() < 0.4:
            return Row(key)
        if draw.random() < 0.05:
            made = self._make_object(draw.choice(names), draw, key, depth, draw.random() < 0.3)
            as_type = self.classes[draw.choice(sorted(self.classes))]
            return made if isinstance(made, int | str) else strawberry.cast(as_type, made)
        return self._make_object(draw.choice(names), draw, key, depth, False)

    def _make_list(self, item: Spec, draw: random.Random, key: str, depth: int, is_faulty: bool) -> Any:
        is_kept = _KEPT.search(key) is not None
        if is_faulty and draw.random() < 0.5:
            return draw.choice([5, "text", {"a": 1}, Row(key)])
        items = [self._make(item, draw, f"{key}/{index}", depth + 1) for index in range(draw.randint(0, 3))]
        way = draw.random()
        error = PlainError(f"{key} broke") if is_faulty else None
        if way < 0.6 or (is_kept and way < 0.9):
            return items
        if way < 0.75 or is_kept:
            return tuple(items)
        if way < 0.85 or not self.is_async:
            return _stream(items, error)
        if way < 0.9:
            return _slow_stream(items, error)
        return [_soon(each) if draw.random() < 0.6 else each for each in items]

    def _make_object(self, name: str, draw: random.Random, key: str, depth: int, is_faulty: bool) -> Any:
        if is_faulty and draw.random() < 0.3:
            return draw.choice([7, "text"])
        cls = self.classes[name]
        if draw.random() < 0.05 and "[" not in name:
            cls = self._subclasses.setdefault(name, type(f"Sub{name}", (cls,), {}))
        made: Any = Row(key) if is_faulty or draw.random() < 0.1 else object.__new__(cls)
        made.key = key
        for attribute, spec in self.attributes[name].items():
            own = random.Random(f"{self.seed}:{key}:{attribute}")
            if own.random() < self.fault / 2:
                continue
            is_leaf = _base(spec)[0] == "leaf"
            value = (
                self._make(spec, own, f"{key}/{attribute}:kept", depth + 1) if is_leaf or depth < 3 else None
            )
            setattr(made, attribute, value)
        return made

    def _leaf(self, name: str, draw: random.Random) -> Any:
        if name in self.enums:
            return draw.choice(list(self.enums[name]))  # type: ignore[call-overload]
        number = draw.randrange(1000)
        return {
            "str": str(number),
            "ID": str(number),
            "int": number,
            "float": number / 8,
            "bool": number % 2 == 0,
            "datetime": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(days=number),
            "UUID": uuid.UUID(int=number),
            "Odd": number,
            "JSON": draw.choice([{"a": number}, [number, None], number, "text"]),
        }[name]

    def _bad_leaf(self, name: str, draw: random.Random) -> Any:
        if draw.random() < 0.4 and name in _OFTEN_BAD:
            return draw.choice(_OFTEN_BAD[name])
        return draw.choice(
            [2**40, -(2**31), float("nan"), float("inf"), 1.0, 1.5, "", "7", True, b"bytes", [1], {"a": 1}, Row("bad"),
             _SubText("sub"), _SubInt(5), PlainError("as a value"), Undefined]
        )  # fmt: skip


_OFTEN_BAD = {
    "int": [2**31, -(2**31) - 1, 2**31 - 1, -(2**31), True, 3.0, "12"],
    "float": [float("nan"), float("-inf"), 3, 10**400, "1.5"],
    "bool": [1, 0.0, "true"],
    "str": [1, True, 1.5, b"x"],
    "ID": [1, 1.5, True, uuid.UUID(int=1)],
    "datetime": [datetime.date(2020, 1, 1), "2020"],
    "E0": ["a", "A", 2, "nothing"],
}


class _SubText(str):
    __slots__ = ()


class _SubInt(int):
    __slots__ = ()


def _key(source: Any) -> str:
    return str(getattr(source, "key", type(source).__name__))


def _base(spec: Spec) -> Spec:
    while spec[0] in ("list", "required"):
        spec = spec[1]
    return spec


def _stream(items: list[Any], error: Exception | None) -> Iterator[Any]:
    yield from items
    if error is not None:
        raise error


async def _slow_stream(items: list[Any], error: Exception | None) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item
    if error is not None:
        raise error


async def _soon(value: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value
