"""From the ``variables`` of an entry to bindings, held to the operation's variable definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    VariableDefinitionNode,
    get_named_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    type_from_ast,
)

from router.rest.bindings import IDEMPOTENCY_FIELDS, IDEMPOTENCY_HEADER, Binding, Bindings, SourceKind
from router.rest.describe_variables import describe_variables
from router.rest.documents import Document
from router.rest.errors import FileProblem, RestFileError
from router.rest.path_template import PathTemplate
from router.rest.read_file import Entry
from router.rest.yaml_nodes import Value

_BODILESS = ("GET", "DELETE")


def bind_variables(
    entry: Entry, template: PathTemplate, document: Document, schema: GraphQLSchema
) -> Bindings:
    """Raises RestFileError."""
    return _Binder(entry, template, document, schema).bind()


class _Binder:
    def __init__(
        self, entry: Entry, template: PathTemplate, document: Document, schema: GraphQLSchema
    ) -> None:
        self._entry = entry
        self._template = template
        self._definitions = {
            node.variable.name.value: node for node in document.definition.variable_definitions or ()
        }
        self._types = {name: _type_of(schema, node) for name, node in self._definitions.items()}
        self._descriptions = describe_variables(document, schema)
        self._problems: list[FileProblem] = []

    def bind(self) -> Bindings:
        found = [
            binding
            for target, value in self._entry.variables.items()
            if (binding := self._bind_one(tuple(target.split(".")), value)) is not None
        ]
        found += self._idempotency(found)
        defaulted = frozenset(name for name, node in self._definitions.items() if node.default_value)
        bindings = Bindings(tuple(found), self._types, defaulted)
        # What was said wrongly would be missed as well.
        if not self._problems:
            self._check_paths(bindings)
            self._check_body(bindings)
            self._check_required(bindings)
        if self._problems:
            raise RestFileError(self._problems)
        return bindings

    def _bind_one(self, target: tuple[str, ...], value: Value) -> Binding | None:
        try:
            kind, name = _read_source(value.plain, target)
            type_, is_required, description = self._resolve(target)
            _check_source(kind, name, type_, self._template)
        except ValueError as error:
            self._problems.append(FileProblem(value.place, str(error)))
            return None
        return Binding(target, kind, name, type_, is_required or kind == "path", description)

    def _resolve(self, target: tuple[str, ...]) -> tuple[GraphQLInputType, bool, str | None]:
        """Type of the place in the variables, whether it must be given, and what it is for. Raises ValueError."""
        variable, *fields = target
        if variable not in self._types:
            raise ValueError(f"the operation has no variable ${variable}")
        type_: Any = self._types[variable]
        is_required = is_non_null_type(type_) and not self._definitions[variable].default_value
        description = self._descriptions.get(variable)
        for name in fields:
            nullable = type_.of_type if is_non_null_type(type_) else type_
            field = nullable.fields.get(name) if is_input_object_type(nullable) else None
            if field is None:
                raise ValueError(f"{type_} has no input field `{name}`")
            type_, is_required, description = field.type, is_required_input_field(field), field.description
        return type_, is_required, description

    def _idempotency(self, found: list[Binding]) -> Iterator[Binding]:
        """The header feeds the key of the input, wherever there is one and nothing else does."""
        taken = {binding.target for binding in found}
        for variable, type_ in self._types.items():
            named = get_named_type(type_)
            targets: list[tuple[str, ...]] = [(variable,)] if variable in IDEMPOTENCY_FIELDS else []
            if isinstance(named, GraphQLInputObjectType) and not is_list_type(type_):
                targets += [(variable, name) for name in IDEMPOTENCY_FIELDS if name in named.fields]
            for target in targets:
                if target not in taken:
                    resolved, is_required, description = self._resolve(target)
                    yield Binding(target, "header", IDEMPOTENCY_HEADER, resolved, is_required, description)

    def _check_paths(self, bindings: Bindings) -> None:
        used = {each.name for each in bindings.of("path")}
        self._problems += [
            self._entry.problem("path", f"no variable takes the path parameter {{{name}}}")
            for name in self._template.parameters
            if name not in used
        ]

    def _check_body(self, bindings: Bindings) -> None:
        if not bindings.takes_body:
            return
        if self._entry.method in _BODILESS:
            self._fail(f"{self._entry.method} takes no body")
        if bindings.whole_body is not None and len(bindings.of("body")) > 1:
            self._fail("only one variable takes the whole body, and then none a member of it")

    def _check_required(self, bindings: Bindings) -> None:
        targets = {binding.target for binding in bindings.all}
        for name, type_ in self._types.items():
            if (name,) in targets:
                continue
            covered = bindings.elsewhere((name,))
            if any(each.kind != "header" for each in covered.values()):
                self._check_fields(name, type_, set(covered))
            elif is_non_null_type(type_) and not self._definitions[name].default_value:
                self._fail(f"the variable ${name}: {type_} has no source")

    def _check_fields(self, variable: str, type_: Any, covered: set[str]) -> None:
        named = get_named_type(type_)
        assert isinstance(named, GraphQLInputObjectType), "its fields were resolved"
        for name, field in named.fields.items():
            if is_required_input_field(field) and name not in covered:
                self._fail(f"the input field ${variable}.{name}: {field.type} has no source")

    def _fail(self, message: str) -> None:
        self._problems.append(self._entry.problem("variables", message))


def _type_of(schema: GraphQLSchema, node: VariableDefinitionNode) -> GraphQLInputType:
    type_: Any = type_from_ast(schema, node.type)
    assert type_ is not None, "the document was validated"
    return type_  # type: ignore[no-any-return]


def _read_source(text: object, target: tuple[str, ...]) -> tuple[SourceKind, str]:
    """Raises ValueError."""
    kind, dot, name = text.partition(".") if isinstance(text, str) else ("", "", "")
    if kind == "body" and (name or not dot):
        return "body", name
    if (kind == "path" or kind == "query") and (name or not dot):  # noqa: PLR1714 - narrows the literal
        return ("path" if kind == "path" else "query"), name or target[-1]
    raise ValueError(f"{text!r} is none of path, path.NAME, query, query.NAME, body, body.NAME")


def _check_source(kind: SourceKind, name: str, type_: Any, template: PathTemplate) -> None:
    """Raises ValueError."""
    is_object = is_input_object_type(get_named_type(type_))
    if kind == "path" and name not in template.parameters:
        raise ValueError(f"the path has no parameter {{{name}}}")
    if kind in {"path", "query"} and is_object:
        raise ValueError(f"{type_} is an input object, which comes from the body alone")
    nullable = type_.of_type if is_non_null_type(type_) else type_
    if kind == "path" and is_list_type(nullable):
        raise ValueError(f"{type_} is a list, which comes from the query string or the body")
    if kind == "query" and is_list_type(nullable) and is_list_type(_inner(nullable)):
        raise ValueError(f"{type_} is a list of lists, which comes from the body alone")
    if kind == "body" and not name and not is_input_object_type(nullable):
        raise ValueError(f"{type_} is no input object: name a member, body.NAME")


def _inner(list_type: Any) -> Any:
    inner = list_type.of_type
    return inner.of_type if is_non_null_type(inner) else inner
