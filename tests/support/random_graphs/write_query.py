"""Writes random operations that are valid against a schema, as a tree that can be cut back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_list_type,
    is_required_argument,
    parse,
    validate,
)

#: Variables that an operation may use: declaration and values, one of which may be "left out".
VARIABLES: dict[str, tuple[str, list[Any]]] = {
    "yes": ("Boolean = true", [True]),
    "no": ("Boolean! = false", [False]),
    "by": ("Int = 7", [None, 5, ...]),
    "count": ("Int! = 2", [4, ...]),
    "text": ("String", ["x", None, ...]),
    "mode": ("Color! = GREEN", ["BLUE", ...]),
    "where": ("Filter = {by: 9}", [{"text": "v", "inner": {}}, None, ...]),
}
CONDITIONS = ("",) * 6 + (" @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)", " @skip(if: $no)")


@dataclass
class Node:
    """A field or a fragment: its head, and the selection below where it has one."""

    head: str
    selection: list[Node] | None = None
    #: Set on fragments to be defined by name: ``fragment F on T``.
    fragment: str = ""

    def __str__(self) -> str:
        return (
            self.head
            if self.selection is None or self.fragment
            else f"{self.head} {print_selection(self.selection)}"
        )

    def walk(self) -> Iterator[Node]:
        yield self
        for each in self.selection or []:
            yield from each.walk()


def print_selection(selection: list[Node]) -> str:
    return "{ " + (" ".join(map(str, selection)) or "__typename") + " }"


@dataclass
class Operation:
    kind: str
    selection: list[Node]
    variables: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        fragments = [
            f"{each.fragment} {print_selection(each.selection or [])}"
            for top in self.selection
            for each in top.walk()
            if each.fragment
        ]
        text = "\n".join([print_selection(self.selection), *fragments])
        declared = ", ".join(f"${name}: {VARIABLES[name][0]}" for name in VARIABLES if _uses(text, name))
        return f"{self.kind}{f'({declared})' if declared else ''} {text}"

    def used_variables(self) -> dict[str, Any]:
        text = str(self)
        return {name: value for name, value in self.variables.items() if _uses(text, name)}


def _uses(text: str, name: str) -> bool:
    return any(f"${name}{end}" in text for end in "),] }")


class QueryWriter:
    def __init__(self, schema: GraphQLSchema, choose: random.Random) -> None:
        self._schema = schema
        self._choose = choose
        self._names = 0
        #: Fields that the operation may still grow by.
        self._left = 0

    def write(self) -> Operation:
        """A valid operation; fields that meet under one name and differ are written anew."""
        while True:
            kinds = ["query", "query", "query"] + (["mutation"] if self._schema.mutation_type else [])
            self._left = self._choose.randint(5, 50)
            kind = self._choose.choice(kinds)
            root = self._schema.mutation_type if kind == "mutation" else self._schema.query_type
            selection = self._select(root, self._choose.randint(2, 4))
            drawn = {name: self._choose.choice(values) for name, (_, values) in VARIABLES.items()}
            variables = {name: value for name, value in drawn.items() if value is not ...}
            operation = Operation(kind, selection, variables)
            if not validate(self._schema, parse(str(operation))):
                return operation

    def _select(self, type_: Any, depth: int) -> list[Node]:
        nodes: list[Node] = []
        if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)):
            names = list(type_.fields)
            for name in self._choose.choices(names, k=self._choose.randint(1, 5)):
                nodes += self._field(name, type_, depth)
        if isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)) or self._choose.random() < 0.15:
            for condition in self._conditions(type_):
                nodes.append(self._fragment(condition, type_, depth))
        if self._choose.random() < 0.25:
            nodes.append(
                Node(self._choose.choice(["__typename", "__typename", "kind: __typename", "id: __typename"]))
            )
        self._choose.shuffle(nodes)
        return nodes or [Node("__typename")]

    def _conditions(self, type_: Any) -> list[Any]:
        """Types to say ``... on`` of: mostly members, now and then the type itself or another abstract one."""
        possible = list(self._schema.get_possible_types(type_)) if is_abstract_type(type_) else [type_]
        others = [
            each
            for each in self._schema.type_map.values()
            if isinstance(each, (GraphQLInterfaceType, GraphQLUnionType))
            and set(self._schema.get_possible_types(each)) & set(possible)
        ]
        chosen = [each for each in possible if self._choose.random() < 0.6]
        return chosen + [each for each in others if self._choose.random() < 0.2]

    def _fragment(self, type_: Any, parent: Any, depth: int) -> Node:
        self._left -= 2
        selection = self._select(type_, depth) if self._left > 0 else [Node("__typename")]
        directive = self._condition()
        if self._choose.random() < 0.25:
            self._names += 1
            return Node(
                f"...F{self._names}{directive}", selection, f"fragment F{self._names} on {type_.name}"
            )
        on = f" on {type_.name}" if type_ is not parent or self._choose.random() < 0.5 else ""
        return Node(f"...{on}{directive}", selection)

    def _field(self, name: str, parent: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> list[Node]:
        field_ = parent.fields[name]
        type_ = get_named_type(field_.type)
        self._left -= 1
        if is_composite_type(type_) and (depth == 0 or self._left < 0):
            return []
        arguments = [
            f"{key}: {self._argument(argument)}"
            for key, argument in field_.args.items()
            if is_required_argument(argument) or self._choose.random() < 0.6
        ]
        head = self._alias(parent) + name + (f"({', '.join(arguments)})" if arguments else "")
        directive = self._condition()
        inner = self._select(type_, depth - 1) if is_composite_type(type_) else None
        return [Node(head + directive, inner)]

    def _alias(self, parent: GraphQLObjectType | GraphQLInterfaceType) -> str:
        """None mostly; else one of its own, or the name of another field, of a key perhaps."""
        chance = self._choose.random()
        if chance < 0.15:
            self._names += 1
            return f"a{self._names}: "
        return f"{self._choose.choice(['id', 'sku', 'name', *parent.fields])}: " if chance < 0.25 else ""

    def _condition(self) -> str:
        first, second = self._choose.choice(CONDITIONS), self._choose.choice(CONDITIONS)
        return first + second if self._choose.random() < 0.1 and first[:4] != second[:4] else first

    def _argument(self, argument: GraphQLArgument) -> str:
        type_ = get_named_type(argument.type)
        if is_list_type(argument.type):
            if isinstance(type_, GraphQLEnumType):
                return self._choose.choice(["[RED, $mode]", "[]", "GREEN"])
            return self._choose.choice(["[1, $count]", "[3]", "[]", "8", "null"])
        if isinstance(type_, GraphQLInputObjectType):
            inner = "{inner: {by: $count}, modes: [$mode]}"
            return self._choose.choice(["{by: $by, text: $text}", inner, "{}", "$where", "null"])
        if isinstance(type_, GraphQLEnumType):
            return self._choose.choice(["$mode", "RED", "BLUE"])
        if type_.name == "Int":
            required = is_required_argument(argument) or str(argument.type).endswith("!")
            return self._choose.choice(["$count", "9"] + ([] if required else ["$by", "null"]))
        return self._choose.choice(["$text", '"y"', "null"])
