"""Random Strawberry schemas, as source text: a counter-example can be read, and run again."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from tests.property.graphql.pieces import ARGUMENTS, DEFAULTS, LEAVES, PRELUDE
from tests.property.graphql.world import Spec, World


@dataclass
class Written:
    """A schema in source text and what the world has to know of it."""

    source: str
    specs: dict[str, Spec] = field(default_factory=dict)
    attributes: dict[str, dict[str, Spec]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    objects: list[str] = field(default_factory=list)

    @contextmanager
    def load(self, world: World, name: str = "generated_schema") -> Iterator[Any]:
        """The Strawberry schema, whose resolvers ask ``world``."""
        module = ModuleType(name)
        sys.modules[name] = module
        try:
            exec(compile(self.source, f"<{name}>", "exec"), module.__dict__)
            module.__dict__["world"] = world
            world.specs, world.attributes, world.members = self.specs, self.attributes, self.members
            world.classes = {each: module.__dict__[each.partition("[")[0]] for each in self.objects}
            world.enums = {"E0": module.__dict__["E0"]}
            yield module.__dict__["schema"]
        finally:
            del sys.modules[name]


class SchemaWriter:
    """Draws one schema."""

    def __init__(self, draw: random.Random, *, is_async: bool) -> None:
        self._draw = draw
        self._is_async = is_async
        self._objects = [f"T{number}" for number in range(draw.randint(2, 4))]
        self._interfaces = [f"I{number}" for number in range(draw.randint(0, 2))]
        self._unions = ["U0"] if draw.random() < 0.6 else []
        self._boxes = [f"Box[{each}]" for each in self._objects if draw.random() < 0.3]
        self._written = Written("", objects=[*self._objects, *self._boxes])
        for box in self._boxes:
            inner = ("object", box.removeprefix("Box[").removesuffix("]"))
            items = ("required", ("list", ("required", inner)))
            self._written.attributes[box] = {"item": inner, "items": items}

    def write(self) -> Written:
        parts = [PRELUDE, self._enum()]
        inherited: dict[str, list[str]] = {}
        for name in self._interfaces:
            body, specs = self._leaf_attributes(name)
            self._written.attributes[name] = specs
            parts.append(f"@strawberry.interface\nclass {name}:\n{body}\n\n")
        for name in self._objects:
            own = [each for each in self._interfaces if self._draw.random() < 0.5]
            inherited[name] = own
        for name in self._interfaces:
            implementing = [each for each in self._objects if name in inherited[each]] or [self._objects[0]]
            if name not in inherited[implementing[0]]:
                inherited[implementing[0]].append(name)
            self._written.members[name] = implementing
        for name in self._unions:
            among = [*self._objects, *self._boxes]
            chosen = self._draw.sample(among, self._draw.randint(1, len(among)))
            self._written.members[name] = chosen
        parts += [self._object(name, inherited[name]) for name in self._objects]
        parts += [
            f"{name} = Annotated[{' | '.join(self._written.members[name])}, strawberry.union('{name}')]\n\n"
            if len(self._written.members[name]) > 1
            else f"{name} = Annotated[typing.Union[{self._written.members[name][0]}], strawberry.union('{name}')]\n\n"
            for name in self._unions
        ]
        parts += [self._root("Query"), self._root("Mutation")]
        if self._is_async:
            parts.append(self._subscription())
        roots = "Query, mutation=Mutation" + (", subscription=Subscription" if self._is_async else "")
        parts.append(
            f"schema = strawberry.Schema({roots}, types=[{', '.join(self._objects)}],"
            " config=StrawberryConfig(scalar_map={Odd: ODD}))\n"
        )
        self._written.source = "".join(parts)
        return self._written

    def _enum(self) -> str:
        return "@strawberry.enum\nclass E0(enum.Enum):\n    A = 'a'\n    B = 2\n    C = 'c'\n\n\n"

    def _leaf_attributes(self, name: str) -> tuple[str, dict[str, Spec]]:
        specs: dict[str, Spec] = {}
        for number in range(self._draw.randint(1, 2)):
            specs[f"{name.lower()}_{number}"] = self._wrap(("leaf", self._draw.choice(LEAVES)), 0.2)
        return "".join(f"    {key}: {_annotation(spec)}\n" for key, spec in specs.items()), specs

    def _object(self, name: str, interfaces: list[str]) -> str:
        attributes: dict[str, Spec] = {}
        for each in interfaces:
            attributes.update(self._written.attributes[each])
        lines = ["    key: strawberry.Private[str]\n"]
        for number in range(self._draw.randint(0, 3)):
            spec = self._spec()
            attributes[f"a{number}"] = spec
            lines.append(f"    a{number}: {_annotation(spec)}\n")
        self._written.attributes[name] = attributes
        if interfaces and self._draw.random() < 0.15:
            lines.append(
                "    @classmethod\n    def is_type_of(cls, obj, info) -> bool:\n        return True\n\n"
            )
        lines += [self._field(name, f"f{number}") for number in range(self._draw.randint(1, 4))]
        bases = f"({', '.join(interfaces)})" if interfaces else ""
        return f"@strawberry.type\nclass {name}{bases}:\n{''.join(lines)}\n\n"

    def _root(self, name: str) -> str:
        lines = [
            self._field(name, f"{name[0].lower()}{number}") for number in range(self._draw.randint(2, 4))
        ]
        return f"@strawberry.type\nclass {name}:\n{''.join(lines)}\n\n"

    def _subscription(self) -> str:
        spec = self._spec()
        self._written.specs["Subscription.s0"] = spec
        return (
            "@strawberry.type\nclass Subscription:\n    @strawberry.subscription\n"
            "    async def s0(self, info: strawberry.Info, n: int = 3)"
            f" -> typing.AsyncGenerator[{_annotation(spec)}, None]:\n"
            "        for number in range(n):\n"
            "            yield world.value(info.context, None, 'Subscription.s0', number)\n\n\n"
        )

    def _field(self, type_name: str, name: str) -> str:
        field_id = f"{type_name}.{name}"
        spec = self._spec()
        self._written.specs[field_id] = spec
        way = self._draw.random()
        is_root = type_name in ("Query", "Mutation")
        if self._is_async and way < 0.2 and not is_root:
            return self._batched(field_id, name, spec)
        is_coroutine = self._is_async and way < 0.55
        decorator = self._decorator(is_coroutine)
        arguments = self._arguments()
        source = self._draw.choice(["self", "root", "parent: strawberry.Parent[Any]"])
        parameters = [source, *(["info: strawberry.Info"]), *(text for _, text in arguments)]
        given = ", ".join(argument for argument, _ in arguments)
        seen = f"({given}{',' if given else ''}{' tuple(info.path.as_list()),' if self._draw.random() < 0.4 else ''})"
        me = source.split(":", 1)[0]
        call = f"(info.context, {me}, '{field_id}', {seen})"
        body = f"return await world.later{call}" if is_coroutine else f"return world.value{call}"
        if self._is_async and not is_coroutine and way > 0.9:
            body = f"return world.later{call}"
        log = f"        info.context.log.append('{field_id}')\n" if is_root else ""
        return (
            f"    {decorator}\n    {'async ' if is_coroutine else ''}def {name}({', '.join(parameters)})"
            f" -> {_annotation(spec)}:\n{log}        {body}\n\n"
        )

    def _batched(self, field_id: str, name: str, spec: Spec) -> str:
        loader = self._draw.choice(["Loading", "ColumnLoading"])
        then = ", then=lambda value: value" if self._draw.random() < 0.3 else ""
        return (
            f"    {name}: {_annotation(spec)} = batched({loader}, key='key_{name}'{then})\n\n"
            f"    @property\n    def key_{name}(self):\n"
            f"        return ('{field_id}', self.key) if world.allows(self, 'key_{name}') else None\n\n"
        )

    def _decorator(self, is_coroutine: bool) -> str:
        way = self._draw.random()
        if way < 0.1:
            return "@strawberry.field(permission_classes=[Allowed])"
        if way < 0.15 and self._is_async:
            return "@strawberry.field(permission_classes=[AllowedSoon])"
        if way < 0.22:
            return "@strawberry.field(extensions=[Same()])"
        return "@strawberry.field"

    def _arguments(self) -> list[tuple[str, str]]:
        if self._draw.random() < 0.6:
            return []
        chosen = self._draw.sample(sorted(ARGUMENTS), self._draw.randint(1, 3))
        written = []
        for name in chosen:
            defaults = DEFAULTS[name]
            is_defaulted = bool(defaults) and (name == "maybe" or self._draw.random() < 0.7)
            default = f" = {self._draw.choice(defaults)}" if is_defaulted else ""
            written.append((not default, name, f"{name}: {ARGUMENTS[name]}{default}"))
        written.sort(key=lambda each: not each[0])
        return [(name, text) for _, name, text in written]

    def _spec(self) -> Spec:
        way = self._draw.random()
        if way < 0.5:
            return self._wrap(("leaf", self._draw.choice(LEAVES)), 0.25)
        if way < 0.8 or not (self._interfaces or self._unions):
            return self._wrap(("object", self._draw.choice([*self._objects, *self._boxes])), 0.5)
        name = self._draw.choice(self._interfaces + self._unions)
        return self._wrap(("interface" if name.startswith("I") else "union", name), 0.5)

    def _wrap(self, spec: Spec, lists: float) -> Spec:
        spec = self._require(spec)
        while self._draw.random() < lists:
            spec = self._require(("list", spec))
            lists *= 0.4
        return spec

    def _require(self, spec: Spec) -> Spec:
        return ("required", spec) if self._draw.random() < 0.5 else spec


def _annotation(spec: Spec) -> str:
    if spec[0] == "required":
        return _present(spec[1])
    return f"{_present(spec)} | None"


def _present(spec: Spec) -> str:
    kind, inner = spec
    return f"list[{_annotation(inner)}]" if kind == "list" else str(inner)
