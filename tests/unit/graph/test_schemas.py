"""The graph as documentation: printed schemas are current, everything is described, mutations have one shape."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_specified_directive,
    is_specified_scalar_type,
)

from clipgraph.commands.schema import generate
from router.core.supergraph import load_supergraph

API = load_supergraph(Path("supergraph.graphql").read_text()).api_schema
TYPES = [type_ for name, type_ in API.type_map.items() if not name.startswith("__")]
MUTATIONS: dict[str, GraphQLField] = dict(API.mutation_type.fields) if API.mutation_type else {}
_ROOTS = {"Query", "Mutation", "Subscription"}


@pytest.mark.parametrize(("path", "content"), generate().items(), ids=str)
def test_a_printed_schema_is_current(path: Path, content: str) -> None:
    assert path.read_text() == content, "run `python -m clipgraph schema`"


def _undescribed() -> list[str]:
    missing: list[str] = []
    for type_ in TYPES:
        if type_.name not in _ROOTS and not is_specified_scalar_type(type_) and not type_.description:
            missing.append(type_.name)
        if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)):
            for name, field in type_.fields.items():
                missing += [f"{type_.name}.{name}"] if not field.description else []
                missing += [
                    f"{type_.name}.{name}({argument})"
                    for argument, given in field.args.items()
                    if not given.description
                ]
        if isinstance(type_, GraphQLInputObjectType):
            missing += [f"{type_.name}.{name}" for name, each in type_.fields.items() if not each.description]
        if isinstance(type_, GraphQLEnumType):
            missing += [
                f"{type_.name}.{name}" for name, value in type_.values.items() if not value.description
            ]
    return missing


def test_everything_has_a_description() -> None:
    assert _undescribed() == []
    assert [each.name for each in API.directives if not is_specified_directive(each)] == ["defer"]


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_mutation_has_one_input_with_a_key_and_a_payload_with_typed_errors(name: str) -> None:
    field = MUTATIONS[name]
    assert list(field.args) == ["input"]
    input_type: Any = get_named_type(field.args["input"].type)
    payload: Any = get_named_type(field.type)
    pascal = name[0].upper() + name[1:]
    assert (input_type.name, payload.name) == (f"{pascal}Input", f"{pascal}Payload")
    assert "idempotencyKey" in input_type.fields
    if "userErrors" not in payload.fields:
        assert name in _NOTHING_TO_MEND
        return
    user_error: Any = get_named_type(payload.fields["userErrors"].type)
    assert set(user_error.fields) == {"code", "message", "field"}
    assert isinstance(get_named_type(user_error.fields["code"].type), GraphQLEnumType)


_NOTHING_TO_MEND = {"updateSettings"}
"""Mutations whose input can only be right or refused by its types."""


def test_lists_that_can_grow_are_paged() -> None:
    connections = [
        (f"{type_.name}.{name}", set(field.args))
        for type_ in TYPES
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    ]
    assert connections
    assert [name for name, arguments in connections if not {"first", "after"} <= arguments] == []


def _codes(domain: Path) -> set[str]:
    """Codes of the domain's user errors, off its source."""
    tree = ast.parse((domain / "errors.py").read_text())
    return {
        str(statement.value.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and statement.targets[0].id == "code"
        and isinstance(statement.value, ast.Constant)
    }


@pytest.mark.parametrize(
    "domain", sorted(path.parent for path in Path("subgraphs").glob("*/errors.py")), ids=str
)
def test_every_code_of_a_domain_is_declared_somewhere_in_its_mutations(domain: Path) -> None:
    printed = (domain / "schema.graphql").read_text().split()
    assert sorted(code for code in _codes(domain) if code not in printed) == []
