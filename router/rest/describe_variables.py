"""What an operation's variables are for, in the words of the arguments that they are given to."""

from __future__ import annotations

from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    visit,
)

from router.rest.documents import Document


def describe_variables(document: Document, schema: GraphQLSchema) -> dict[str, str]:
    """By variable; those without a word are left out."""
    found: dict[str, str] = {}
    info = TypeInfo(schema)

    class _Collect(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
            argument = info.get_argument()
            if isinstance(node.value, VariableNode) and argument is not None and argument.description:
                found.setdefault(node.value.name.value, argument.description)

    whole = DocumentNode(definitions=(document.definition, *document.fragments.values()))
    visit(whole, TypeInfoVisitor(info, _Collect()))
    return found
