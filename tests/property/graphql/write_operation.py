"""Random operations on a schema, with what can go wrong in a request: variables left out, null, or of another type."""

from __future__ import annotations

import json
import random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

_DEPTH = 4


class OperationWriter:
    """Draws operations; ``write`` gives the text and the variables."""

    def __init__(self, schema: GraphQLSchema, draw: random.Random) -> None:
        self._schema = schema
        self._draw = draw
        self._variables: dict[str, tuple[str, str]] = {}
        self._values: dict[str, Any] = {}
        self._fragments: list[str] = []
        self._left = 0

    def write(self) -> tuple[str, dict[str, Any]]:
        self._variables, self._values, self._fragments = {}, {}, []
        self._left = 40
        kind, root = self._root()
        body = self._root_selection(root) if kind != "subscription" else self._subscription(root)
        declared = ", ".join(
            f"${name}: {type_}{default}" for name, (type_, default) in self._variables.items()
        )
        head = f"{kind} Op{f'({declared})' if declared else ''}"
        return "\n".join([f"{head} {body}", *self._fragments]), self._values

    def _root(self) -> tuple[str, GraphQLObjectType]:
        roots = [("query", self._schema.query_type)] * 6 + [("mutation", self._schema.mutation_type)]
        roots.append(("subscription", self._schema.subscription_type))
        kind, root = self._draw.choice([each for each in roots if each[1] is not None])
        assert root is not None
        return kind, root

    def _subscription(self, root: GraphQLObjectType) -> str:
        return f"{{ {self._field('s0', root, 0)} }}"

    def _root_selection(self, root: GraphQLObjectType) -> str:
        names = [name for name in root.fields if not name.startswith("_")]
        parts = [self._field(self._draw.choice(names), root, 0) for _ in range(self._draw.randint(1, 3))]
        if self._draw.random() < 0.05:
            parts.append("__typename")
        if self._draw.random() < 0.02 and root is self._schema.query_type:
            parts.append("__schema { queryType { name fields { name args { name type { kind name } } } } }")
        return f"{{ {' '.join(parts)} }}"

    def _field(self, name: str, parent: Any, depth: int) -> str:
        self._left -= 1
        field = parent.fields[name]
        alias = f"{self._draw.choice('xyz')}{self._draw.randrange(9)}: " if self._draw.random() < 0.25 else ""
        arguments = self._arguments(field.args)
        base = get_named_type(field.type)
        below = "" if is_leaf_type(base) else f" {self._selection(base, depth + 1)}"
        return f"{alias}{name}{arguments}{self._directives()}{below}"

    def _directives(self) -> str:
        way = self._draw.random()
        if way > 0.12:
            return ""
        name = self._draw.choice(["skip", "include"])
        if way < 0.04:
            return f" @{name}(if: {self._draw.choice(['true', 'false'])})"
        variable = self._draw.choice(["c0", "c1"])
        is_loose = self._draw.random() < 0.2 and variable not in self._variables
        if variable not in self._variables:
            self._variables[variable] = ("Boolean", " = true") if is_loose else ("Boolean!", "")
            self._values[variable] = self._draw.random() < 0.5
            if is_loose and self._draw.random() < 0.5:
                self._values[variable] = None
        return f" @{name}(if: ${variable})"

    def _selection(self, type_: Any, depth: int) -> str:
        parts = []
        for _ in range(self._draw.randint(1, 4)):
            part = self._part(type_, depth)
            if part:
                parts.append(part)
        return f"{{ {' '.join(parts or ['__typename'])} }}"

    def _part(self, type_: Any, depth: int) -> str:
        way = self._draw.random()
        if way < 0.12 or self._left <= 0:
            return "__typename"
        if is_abstract_type(type_) and way < 0.7:
            member = self._draw.choice(list(self._schema.get_possible_types(type_)))
            return self._fragment(member, depth)
        if way < 0.22:
            supers = [type_, *getattr(type_, "interfaces", ())]
            return self._fragment(self._draw.choice(supers), depth)
        fields = getattr(type_, "fields", {})
        names = [
            name
            for name, field in fields.items()
            if depth < _DEPTH or is_leaf_type(get_named_type(field.type))
        ]
        return self._field(self._draw.choice(names), type_, depth) if names else "__typename"

    def _fragment(self, type_: Any, depth: int) -> str:
        body = self._selection(type_, depth)
        if self._draw.random() < 0.7:
            condition = f" on {type_.name}" if self._draw.random() < 0.9 or not is_object_type(type_) else ""
            return f"...{condition}{self._directives()} {body}"
        name = f"F{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {type_.name} {body}")
        spread = f"...{name}{self._directives()}"
        return f"{spread} {spread}" if self._draw.random() < 0.1 else spread

    def _arguments(self, arguments: dict[str, GraphQLArgument]) -> str:
        given = []
        for name, argument in arguments.items():
            if not is_required_argument(argument) and self._draw.random() < 0.4:
                continue
            value = self._variable(argument) if self._draw.random() < 0.5 else self._literal(argument.type)
            given.append(f"{name}: {value}")
        return f"({', '.join(given)})" if given else ""

    def _variable(self, argument: GraphQLArgument) -> str:
        name = f"v{len(self._variables)}"
        type_ = str(argument.type)
        default = ""
        if not type_.endswith("!") and self._draw.random() < 0.3:
            default = f" = {self._literal(argument.type, constant=True)}"
        self._variables[name] = (type_, default)
        way = self._draw.random()
        if way < 0.9 or type_.endswith("!"):
            value = self._value(argument.type)
            self._values[name] = self._draw.choice([{}, [[]], "zz", 2**40, None]) if way > 0.985 else value
        return f"${name}"

    def _value(self, type_: Any) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._present_value(type_.of_type)
        return None if self._draw.random() < 0.15 else self._present_value(type_)

    def _present_value(self, type_: Any) -> Any:
        if isinstance(type_, GraphQLList):
            return [self._value(type_.of_type) for _ in range(self._draw.randint(0, 3))]
        if is_enum_type(type_):
            return self._draw.choice(list(type_.values))
        if is_input_object_type(type_):
            return self._input_object(type_)
        number = self._draw.randrange(100)
        known = {"Int": number, "Float": number / 4, "Boolean": number % 2 == 0}
        return known.get(type_.name, "2020-01-02T03:04:05" if type_.name == "DateTime" else f"s{number}")

    def _input_object(self, type_: Any) -> dict[str, Any]:
        return {
            name: self._value(field.type)
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull)
            or (self._draw.random() < 0.4 and get_named_type(field.type) is not type_)
        }

    def _literal(self, type_: Any, *, constant: bool = False) -> str:
        return _print(self._value(type_), get_named_type(type_))


def _print(value: Any, type_: Any) -> str:
    if isinstance(value, dict):
        parts = (
            f"{key}: {_print(each, get_named_type(type_.fields[key].type))}" for key, each in value.items()
        )
        return f"{{ {', '.join(parts)} }}"
    if isinstance(value, list):
        return f"[{', '.join(_print(each, type_) for each in value)}]"
    return value if is_enum_type(type_) and value is not None else json.dumps(value)
