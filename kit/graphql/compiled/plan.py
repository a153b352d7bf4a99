"""An operation as a tree of selections, each for one object type, with every choice made that can be made before
there is data: which fields, in which order, resolved how.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from kit.graphql.compiled.recipes import Attribute, Constant, Direct, Load, Recipe, Resolver, recipe_of

MAX_FIELDS: Final = 5000


class NotCompilableError(Exception):
    """``reason`` is a word for the metric; graphql-core runs the operation instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FieldPlan:
    """One response name of a selection."""

    def __init__(self, number: int, key: str, details: list[Any], parent_type: GraphQLObjectType) -> None:
        self.number = number
        self.key = key
        self.details = details
        self.nodes: list[FieldNode] = [each.node for each in details]
        self.node = self.nodes[0]
        self.name = self.node.name.value
        self.parent_type = parent_type
        self.definition: GraphQLField
        self.recipe: Recipe
        self.is_async = False
        self.type: Any = None
        self.base: Any = None
        self.is_leaf = False
        self.is_abstract = False
        self.depth = 0
        self.selections: dict[str, SelectionPlan] = {}
        self.waits_below = False
        self.by_class: dict[type, SelectionPlan | None] = {}

    def define(self, definition: GraphQLField) -> None:
        self.definition = definition
        self.type = definition.type
        self.recipe, self.is_async = recipe_of(self.parent_type.name, self.name, definition)
        self.base = get_named_type(definition.type)
        self.is_leaf = is_leaf_type(self.base)
        self.is_abstract = is_abstract_type(self.base)
        self.depth = _list_depth(definition.type)

    @property
    def is_required(self) -> bool:
        return isinstance(self.type, GraphQLNonNull)

    @property
    def nullable_type(self) -> Any:
        return self.type.of_type if isinstance(self.type, GraphQLNonNull) else self.type

    @property
    def is_inline(self) -> bool:
        """Read in the loop that writes the object: a leaf that nobody waits for."""
        return self.is_leaf and not self.is_async and not isinstance(self.recipe, Constant)

    def __str__(self) -> str:
        alias = "" if self.key == self.name else f"{self.key}: "
        how = {
            Attribute: "attribute",
            Constant: "constant",
            Direct: "direct",
            Load: "load",
            Resolver: "resolver",
        }
        waits = ", async" if self.is_async else ""
        return f"{alias}{self.parent_type.name}.{self.name}: {self.type} ({how[type(self.recipe)]}{waits})"


def _list_depth(type_: Any) -> int:
    depth = 0
    while isinstance(type_, (GraphQLNonNull, GraphQLList)):
        depth += isinstance(type_, GraphQLList)
        type_ = type_.of_type
    return depth


class SelectionPlan:
    """The fields of one object type at one place of an operation. ``run`` is the generated function."""

    def __init__(self, number: int, type_: GraphQLObjectType, fields: list[FieldPlan]) -> None:
        self.number = number
        self.type = type_
        self.fields = fields
        self.inline = [field for field in fields if field.is_inline]
        self.columns = [
            field for field in fields if not field.is_inline and not isinstance(field.recipe, Constant)
        ]
        self.run: Callable[..., list[Any]]
        self.source = ""


class OperationPlan:
    """The plan of one operation of a document, for given values of the variables in ``@skip`` and ``@include``."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        conditions: Mapping[str, bool],
        generate: Callable[[], None],
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = dict(fragments)
        self._details = {name: FragmentDetails(each) for name, each in fragments.items()}
        self._conditions = VariableValues({}, dict(conditions))
        self._selections: dict[tuple[str, tuple[int, ...]], SelectionPlan] = {}
        self._numbers = 0
        self._most = MAX_FIELDS
        self._generate = generate
        self.fresh: list[SelectionPlan] = []
        root_type = schema.get_root_type(operation.operation)
        if root_type is None:
            raise NotCompilableError("no_root_type")
        self.root_type = root_type
        try:
            planned = self._plan_root()
        except RecursionError:
            planned = None
        if planned is None:
            raise NotCompilableError("too_deep")
        self.root, self.serial = planned
        self._most = sys.maxsize  # what turns up while an operation runs can't be refused any more

    def _plan_root(self) -> tuple[SelectionPlan, list[SelectionPlan]]:
        collected = collect_fields(
            self.schema, self._details, self._conditions, self.root_type, self.operation
        )
        root = self._select(self.root_type, collected)
        if self.operation.operation is not OperationType.MUTATION or not root.fields:
            return root, []
        serial = [SelectionPlan(self._next(), self.root_type, [field]) for field in root.fields]
        self.fresh.remove(root)
        self.fresh.extend(serial)
        return root, serial

    def selection(self, field: FieldPlan, type_: GraphQLObjectType) -> SelectionPlan:
        """What ``field`` selects of objects of ``type_``, ready to run."""
        known = field.selections.get(type_.name)
        if known is None:
            known = field.selections[type_.name] = self._plan_selection(field, type_)
            if self.fresh:
                self._generate()
        return known

    def _plan_selection(self, field: FieldPlan, type_: GraphQLObjectType) -> SelectionPlan:
        key = (type_.name, tuple(id(node) for node in field.nodes))
        known = self._selections.get(key)
        if known is None:
            collected = collect_subfields(
                self.schema, self._details, self._conditions, self.operation, type_, field.details
            )
            known = self._select(type_, collected, key)
        return known

    def _select(
        self, type_: GraphQLObjectType, collected: Any, key: tuple[str, tuple[int, ...]] | None = None
    ) -> SelectionPlan:
        if collected.new_defer_usages:
            raise NotCompilableError("defer")
        fields = []
        for response_name, details in collected.grouped_field_set.items():
            definition = self.schema.get_field(type_, details[0].node.name.value)
            if definition is None:
                continue
            field = FieldPlan(self._next(), response_name, details, type_)
            field.define(definition)
            fields.append(field)
        selection = SelectionPlan(self._next(), type_, fields)
        if key is not None:
            self._selections[key] = selection
        for field in fields:
            if is_object_type(field.base):
                below = field.selections[field.base.name] = self._plan_selection(field, field.base)
                field.waits_below = any(each.is_async or each.waits_below for each in below.fields)
            else:
                field.waits_below = not field.is_leaf
        self.fresh.append(selection)
        return selection

    def _next(self) -> int:
        self._numbers += 1
        if self._numbers > self._most:
            raise NotCompilableError("too_large")
        return self._numbers
