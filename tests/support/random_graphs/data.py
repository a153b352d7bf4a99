"""The data of a graph: nothing is stored, every value follows from the seed, the object and the field."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    parse,
)
from graphql.execution.values import get_argument_values

from tests.support.random_graphs.model import LEAVES, Field, Graph
from tests.support.random_graphs.sdl import print_whole

#: Objects there are of each type.
OBJECTS = 4


@dataclass(frozen=True)
class Node:
    type: str
    number: int


class Data:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        #: Moves with every mutation.
        self.counter = 0

    @cached_property
    def schema(self) -> GraphQLSchema:
        return build_schema(print_whole(self.graph))

    def read(self, node: Node, name: str, arguments: Mapping[str, Any]) -> Any:
        """A leaf, a Node, None, or lists of these."""
        field = self.graph.types[node.type].fields[name]
        if node.type == "Mutation" and field.type == "Int":
            self.counter += 1 + arguments.get("by", 0)
            return self.counter
        text = f"{self.graph.seed}|{node.type}|{node.number}|{name}|{json.dumps(arguments, sort_keys=True)}"
        return self._draw(field, field.type_text, node, random.Random(text))

    def _draw(self, field: Field, shape: str, node: Node, choose: random.Random) -> Any:
        is_required = shape.endswith("!") or self._is_promised(node.type, field)
        if not is_required and not field.is_identity and choose.random() < 0.2:
            return None
        shape = shape.removesuffix("!")
        if shape.startswith("["):
            return self._draw_list(field, shape[1:-1], node, choose)
        if field.type in LEAVES or self.graph.types[field.type].kind == "enum":
            return self._draw_leaf(field, node, choose)
        if field.type == "Query":
            return Node("Query", 0)
        type_ = choose.choice(field.possible or self.graph.objects_of(field.type))
        return Node(type_, node.number if field.is_identity else choose.randrange(OBJECTS))

    def _draw_list(self, field: Field, shape: str, node: Node, choose: random.Random) -> Any:
        if field.is_identity:
            numbers = [node.number, (node.number + 1) % OBJECTS]
            return [self._draw(field, shape, Node(node.type, number), choose) for number in numbers]
        return [self._draw(field, shape, node, choose) for _ in range(choose.randrange(4))]

    def _is_promised(self, type_: str, field: Field) -> bool:
        places = (subgraph.types.get(type_) for subgraph in self.graph.subgraphs)
        return any(
            place.fields[field.name].is_strict for place in places if place and field.name in place.fields
        )

    def _draw_leaf(self, field: Field, node: Node, choose: random.Random) -> Any:
        if field.is_identity:
            return node.number if field.type == "Int" else f"{node.type}.{field.name}.{node.number}"
        match field.type:
            case "Int":
                return choose.randrange(1000)
            case "Float":
                return choose.randrange(1000) / 4
            case "Boolean":
                return choose.random() < 0.5
            case "String" | "ID":
                return f"{field.name}-{choose.randrange(10**6)}"
        return choose.choice(self._enum_values(node.type, field))

    def _enum_values(self, type_: str, field: Field) -> list[str]:
        """What every subgraph that has the field knows, be it of the object or of an interface of its."""
        interfaces = [each.name for each in self.graph.types.values() if type_ in each.members]
        return [
            value
            for value in self.graph.types[field.type].values
            if all(
                value in subgraph.types[field.type].members
                for subgraph in self.graph.subgraphs
                for name in (type_, *interfaces)
                if name in subgraph.types and field.name in subgraph.types[name].fields
            )
        ]

    def find(self, types: Sequence[str], fields: str, given: Mapping[str, Any]) -> Node | None:
        """The object of ``types`` whose ``fields`` are as ``given``."""
        for type_ in types:
            for number in range(OBJECTS):
                if self.why_unlike(fields, Node(type_, number), given) is None:
                    return Node(type_, number)
        return None

    def why_unlike(self, fields: str, node: Node, given: Mapping[str, Any]) -> str | None:
        """What of ``fields`` is missing from ``given`` or differs from the truth; None where all is well."""
        return self._compare_object(parse_fields(fields), node, given, node.type)

    def _compare_object(self, selection: SelectionSetNode, node: Node, given: Any, path: str) -> str | None:
        if not isinstance(given, Mapping):
            return f"{path}: {given!r} is no object"
        for each in selection.selections:
            why = None
            if isinstance(each, InlineFragmentNode):
                condition = each.type_condition
                if condition is None or node.type in self.graph.objects_of(condition.name.value):
                    why = self._compare_object(each.selection_set, node, given, path)
            elif isinstance(each, FieldNode) and each.name.value != "__typename":
                why = self._compare_field(each, node, given, path)
            if why:
                return why
        return None

    def _compare_field(self, each: FieldNode, node: Node, given: Mapping[str, Any], path: str) -> str | None:
        name = each.name.value
        if name not in given:
            return f"{path}.{name} is missing"
        type_ = self.schema.type_map[node.type]
        assert isinstance(type_, GraphQLObjectType)
        truth = self.read(node, name, get_argument_values(type_.fields[name], each))
        return self._compare(each, truth, given[name], f"{path}.{name}")

    def _compare(self, each: FieldNode, truth: Any, given: Any, path: str) -> str | None:
        if isinstance(truth, list):
            if not isinstance(given, list) or len(given) != len(truth):
                return f"{path} is {given!r}, ought to be a list of {len(truth)}"
            pairs = zip(truth, given, strict=True)
            return next((why for one, other in pairs if (why := self._compare(each, one, other, path))), None)
        if isinstance(truth, Node) and isinstance(given, Mapping):
            assert each.selection_set is not None
            return self._compare_object(each.selection_set, truth, given, path)
        return None if truth == given else f"{path} is {given!r}, ought to be {truth!r}"


def parse_fields(fields: str) -> SelectionSetNode:
    definition = parse(f"{{ {fields} }}").definitions[0]
    assert isinstance(definition, (OperationDefinitionNode, FragmentDefinitionNode))
    return definition.selection_set
