"""A route of the façade: an entry of ``rest.yaml`` that was held to the graph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from graphql import FieldNode, VariableNode

from router.rest.bindings import Bindings
from router.rest.documents import Document
from router.rest.path_template import PathTemplate
from router.rest.shape import Shape, ShapedField

USER_ERRORS = "userErrors"
LOCATION_PARAMETER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Route:
    """``result`` are the response keys that lead to the body; none for the whole data."""

    method: str
    path: PathTemplate
    document: Document
    bindings: Bindings
    data: Shape
    result: tuple[str, ...]
    is_page: bool
    status: int
    on_null: int
    location: str | None
    summary: str | None

    @cached_property
    def steps(self) -> tuple[ShapedField, ...]:
        """The fields on the way to the result."""
        found: list[ShapedField] = []
        shape = self.data
        for key in self.result:
            found.append(shape.fields[key])
            inner = found[-1].shape
            assert inner is not None, "checked when it was read"
            shape = inner
        return tuple(found)

    @property
    def body(self) -> Shape:
        """The form of the result."""
        shape = self.steps[-1].shape if self.steps else self.data
        assert shape is not None, "a result is an object"
        return shape

    @property
    def may_be_null(self) -> bool:
        return any(step.is_nullable or step.is_optional for step in self.steps)

    @cached_property
    def payloads(self) -> tuple[str, ...]:
        """Keys of root fields that have ``userErrors``."""
        return tuple(
            key
            for key, field in self.data.fields.items()
            if field.shape is not None and USER_ERRORS in field.shape.fields
        )

    @cached_property
    def input_variables(self) -> dict[str, str]:
        """The variable that a root field takes as its ``input``, by the field's key."""
        found = {}
        for node in self.document.definition.selection_set.selections:
            if isinstance(node, FieldNode):
                for argument in node.arguments or ():
                    if argument.name.value == "input" and isinstance(argument.value, VariableNode):
                        key = node.alias.value if node.alias else node.name.value
                        found[key] = argument.value.name.value
        return found
