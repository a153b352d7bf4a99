"""From the text of a request to an Operation that can be planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from graphql import (
    ArgumentNode,
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    experimental_execute_incrementally,
    get_variable_values,
    is_non_null_type,
    is_specified_directive,
    parse,
    print_ast,
    validate,
)

from router.core.operation.introspection import introspection_document
from router.core.operation.limits import (
    Excess,
    OperationLimits,
    check_document,
    check_source,
    check_variables,
)
from router.core.operation.plain_variables import PlainVariables, coerce_plain, plain_variables
from router.core.operation.validate_merging import MergingTooCostlyError, rules
from router.core.selection import DirectiveDefaults, Fragment, Selection, normalize_selections
from router.core.supergraph import Supergraph, SupergraphField

OperationKind: TypeAlias = Literal["query", "mutation", "subscription"]

DEFAULT_LIMITS = OperationLimits()
_MAX_ERRORS = 20


class OperationError(Exception):
    """The client's document or variables are wrong. ``errors`` are formatted as the GraphQL specification says."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("; ".join(str(error["message"]) for error in errors))
        self.errors = list(errors)

    @classmethod
    def of(cls, code: str, errors: Iterable[GraphQLError]) -> OperationError:
        return cls([{**error.formatted, "extensions": {"code": code}} for error in errors])


@dataclass(frozen=True)
class Operation:
    """One validated operation. ``selections`` are those of its root type.

    ``shown`` are they as the client wrote them, where less than that is asked of subgraphs; ``excess`` is a limit
    that is exceeded where limits only warn.
    """

    kind: OperationKind
    name: str | None
    root_type: str
    selections: tuple[Selection, ...]
    supergraph: Supergraph
    definition: OperationDefinitionNode
    introspection: DocumentNode | None
    limits: OperationLimits = DEFAULT_LIMITS
    shown: tuple[Selection, ...] | None = None
    excess: Excess | None = None

    def coerce_variables(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Checks types and sizes, and fills in defaults. Raises OperationError; unknown variables are dropped."""
        definitions = self.definition.variable_definitions or ()
        if not definitions:
            return {}
        plain = coerce_plain(self._plain_variables, raw) if self._plain_variables is not None else None
        if plain is not None:
            return plain
        if not self.limits.warn_only:
            _refuse(check_variables(raw, self.limits))
        found = get_variable_values(self.supergraph.api_schema, definitions, dict(raw), _MAX_ERRORS)
        if isinstance(found, list):
            raise OperationError.of("BAD_USER_INPUT", found)
        return _given(definitions, raw, found)

    @cached_property
    def _plain_variables(self) -> PlainVariables | None:
        return plain_variables(self.supergraph.api_schema, self.definition.variable_definitions or ())

    def variable_types(self) -> dict[str, str]:
        """Printed type, with its default, by the variable's name."""
        return {
            node.variable.name.value: _print_type(node) for node in self.definition.variable_definitions or ()
        }

    def selects_tag(self, tag: str) -> bool:
        """Whether any selected field carries ``@tag(name: tag)``."""
        return any(
            tag in known.tags for known in _selected_fields(self.supergraph, self.root_type, self.selections)
        )

    def override_labels(self) -> frozenset[str]:
        """Labels of progressive ``@override`` on the selected fields."""
        if not self.supergraph.override_labels:
            return frozenset()
        return frozenset(
            label
            for known in _selected_fields(self.supergraph, self.root_type, self.selections)
            for label in known.override_labels
        )

    def introspect(self, variables: Mapping[str, Any]) -> ExecutionResult | None:
        """Answers ``__schema`` and ``__type``; None when the operation asks for neither."""
        if self.introspection is None:
            return None
        # The plain function refuses schemas that know @defer.
        result = experimental_execute_incrementally(
            self.supergraph.api_schema,
            self.introspection,
            variable_values=dict(variables),
            operation_name=self.name,
        )
        assert isinstance(result, ExecutionResult), "nothing of introspection is asynchronous or deferred"
        return result


def prepare_operation(
    supergraph: Supergraph,
    source: str,
    operation_name: str | None = None,
    *,
    limits: OperationLimits = DEFAULT_LIMITS,
) -> Operation:
    """Parses, validates and normalizes. Raises OperationError with ``GRAPHQL_PARSE_FAILED``,
    ``GRAPHQL_VALIDATION_FAILED``, ``OPERATION_RESOLUTION_FAILURE`` or the code of a limit.
    """
    _refuse(check_source(source, limits))
    try:
        return _prepare(supergraph, parse(source, max_tokens=limits.max_tokens), operation_name, limits)
    except GraphQLError as error:
        is_too_long = "Parsing aborted" in error.message
        raise OperationError.of(
            "MAX_TOKENS_LIMIT" if is_too_long else "GRAPHQL_PARSE_FAILED", [error]
        ) from error
    except MergingTooCostlyError as error:
        raise OperationError(
            [{"message": str(error), "extensions": {"code": "OPERATION_TOO_COMPLEX"}}]
        ) from error
    except RecursionError as error:
        message = "The document is nested too deep, or its fragments are."
        raise OperationError([{"message": message, "extensions": {"code": "MAX_RECURSION_LIMIT"}}]) from error


def _prepare(
    supergraph: Supergraph, document: DocumentNode, operation_name: str | None, limits: OperationLimits
) -> Operation:
    excess = check_document(document, limits)
    if not limits.warn_only:
        _refuse(excess)
    applied = rules(limit_introspection=limits.introspection_max_depth)
    problems = validate(supergraph.api_schema, document, applied, max_errors=_MAX_ERRORS)
    if problems:
        raise OperationError.of("GRAPHQL_VALIDATION_FAILED", problems)
    definition = _choose(document, operation_name)
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    root_type = supergraph.root_type_name(definition.operation.value)
    assert root_type is not None, "validation refuses operations of a kind that the schema lacks"
    return Operation(
        kind=definition.operation.value,
        name=definition.name.value if definition.name else None,
        root_type=root_type,
        selections=normalize_selections(
            definition.selection_set, fragments, _directive_defaults(supergraph.api_schema)
        ),
        supergraph=supergraph,
        definition=definition,
        introspection=introspection_document(document, definition),
        limits=limits,
        excess=excess,
    )


def _refuse(excess: Excess | None) -> None:
    if excess is not None:
        raise OperationError([{"message": excess.message, "extensions": {"code": excess.code}}])


def _choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None and len(operations) == 1:
        return operations[0]
    for operation in operations:
        if operation.name and operation.name.value == name:
            return operation
    message = (
        f"Unknown operation named {name!r}."
        if name
        else "Name one of the document's operations (operationName)."
    )
    raise OperationError.of("OPERATION_RESOLUTION_FAILURE", [GraphQLError(message)])


def _print_type(node: VariableDefinitionNode) -> str:
    default = f" = {print_ast(node.default_value)}" if node.default_value else ""
    return f"{print_ast(node.type)}{default}"


def _given(
    definitions: Sequence[VariableDefinitionNode], raw: Mapping[str, Any], coerced: Any
) -> dict[str, Any]:
    """What to send on: what the client gave, in its own words, and defaults for what it left out.

    Subgraphs coerce again, so inputs must stay in their external form (enum names, ids as given).
    """
    values = coerced.coerced if hasattr(coerced, "coerced") else coerced
    names = (node.variable.name.value for node in definitions)
    return {
        name: raw[name] if name in raw else values[name] for name in names if name in raw or name in values
    }


def _selected_fields(
    supergraph: Supergraph, type_name: str, selections: Sequence[Selection]
) -> Iterator[SupergraphField]:
    """Every field that is selected anywhere; of an interface's field also those of its implementations."""
    seen: set[tuple[str, int]] = set()
    pending = [(type_name, selection) for selection in selections]
    while pending:
        name, selection = pending.pop()
        if (name, id(selection)) in seen:
            continue
        seen.add((name, id(selection)))
        if isinstance(selection, Fragment):
            pending += [(selection.type_condition, inner) for inner in selection.selections]
            continue
        for owner in (name, *(supergraph.all_possible_types(name) - {name})):
            known = supergraph.types[owner].fields.get(selection.name)
            if known is not None:
                yield known
                pending += [(known.type_name, inner) for inner in selection.selections]


def _directive_defaults(schema: GraphQLSchema) -> DirectiveDefaults:
    """Of arguments that may not be null: a subgraph may demand what the supergraph has a default for."""
    return {
        directive.name: {
            name: ArgumentNode(name=NameNode(value=name), value=argument.ast_node.default_value)
            for name, argument in directive.args.items()
            if argument.ast_node is not None
            and argument.ast_node.default_value is not None
            and is_non_null_type(argument.type)
        }
        for directive in schema.directives
        if not is_specified_directive(directive)
    }
