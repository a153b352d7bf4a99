"""Judge one field set against the schema of its subgraph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    SelectionSetNode,
)

from router.core.composition.federation_spec import EXTERNAL
from router.core.composition.field_sets import parse_field_set
from router.core.composition.model import Directive, Field, Kind, Subgraph, possible_types
from router.core.composition.type_refs import named_type

_COMPOSITE = (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)


@dataclass(frozen=True, slots=True)
class FieldSetRule:
    """What the field sets of one directive may select. ``prefix`` starts its codes: ``KEY``, ``REQUIRES``…"""

    directive: str
    prefix: str
    may_have_arguments: bool = False
    may_select_abstract: bool = True
    leaves_are_external: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field set."""

    code: str
    message: str


def check_field_set(
    subgraph: Subgraph, rule: FieldSetRule, parent: str, directive: Directive
) -> Iterator[Fault]:
    text = directive.text("fields")
    if text is None:
        yield Fault(
            f"{rule.prefix}_INVALID_FIELDS_TYPE", 'Invalid value for argument "fields": must be a string.'
        )
        return
    try:
        selections = parse_field_set(text)
    except (GraphQLSyntaxError, ValueError) as error:
        yield Fault(f"{rule.prefix}_INVALID_FIELDS", str(getattr(error, "message", error)))
        return
    if not selections.selections:
        yield Fault(f"{rule.prefix}_INVALID_FIELDS", "the selection is empty")
    yield from _Checker(subgraph, rule).check(parent, selections, is_below_external=False)


@dataclass(frozen=True, slots=True)
class _Checker:
    subgraph: Subgraph
    rule: FieldSetRule

    def check(self, parent: str, selections: SelectionSetNode, *, is_below_external: bool) -> Iterator[Fault]:
        for selection in selections.selections:
            if selection.directives:
                yield Fault(
                    f"{self.rule.prefix}_DIRECTIVE_IN_FIELDS_ARG",
                    "cannot have directive applications in the @"
                    f"{self.rule.directive}(fields:) argument but found @{selection.directives[0].name.value}.",
                )
            if isinstance(selection, FieldNode):
                yield from self.check_field(parent, selection, is_below_external=is_below_external)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                yield from self.check_fragment(
                    parent, condition.name.value if condition else parent, selection, is_below_external
                )
            elif isinstance(selection, FragmentSpreadNode):
                yield self.invalid(f'Unknown fragment "{selection.name.value}".')

    def check_fragment(
        self, parent: str, condition: str, node: InlineFragmentNode, is_below_external: bool
    ) -> Iterator[Fault]:
        type_ = self.subgraph.types.get(condition)
        if type_ is None or type_.kind not in _COMPOSITE:
            yield self.invalid(f'Unknown type "{condition}" in a fragment on type "{parent}".')
        else:
            yield from self.check(condition, node.selection_set, is_below_external=is_below_external)

    def check_field(self, parent: str, node: FieldNode, *, is_below_external: bool) -> Iterator[Fault]:
        name = node.name.value
        if name == "__typename":
            return
        field = self.subgraph.types[parent].fields.get(name)
        if field is None:
            yield self.invalid(
                f'Cannot query field "{name}" on type "{parent}" (the field should either be added to this '
                "subgraph or, if it should not be resolved by this subgraph, you need to add it to this "
                "subgraph with @external)."
            )
            return
        coordinate = f"{parent}.{name}"
        if field.arguments and not self.rule.may_have_arguments:
            yield Fault(
                f"{self.rule.prefix}_FIELDS_HAS_ARGS",
                f"field {coordinate} cannot be included because it has arguments "
                f"(fields with argument are not allowed in @{self.rule.directive})",
            )
        yield from self.check_type(coordinate, field)
        yield from self.check_selections(coordinate, field, node, is_below_external=is_below_external)

    def check_type(self, coordinate: str, field: Field) -> Iterator[Fault]:
        """A key must be comparable: no type whose values another subgraph may resolve differently."""
        if self.rule.may_select_abstract:
            return
        type_ = self.subgraph.types.get(named_type(field.type))
        if type_ is not None and type_.kind in (Kind.INTERFACE, Kind.UNION):
            yield Fault(
                f"{self.rule.prefix}_FIELDS_SELECT_INVALID_TYPE",
                f'field "{coordinate}" is a {type_.kind.value.capitalize()} type which is not allowed in '
                f"@{self.rule.directive}",
            )

    def check_selections(
        self, coordinate: str, field: Field, node: FieldNode, *, is_below_external: bool
    ) -> Iterator[Fault]:
        type_ = self.subgraph.types.get(named_type(field.type))
        is_composite = type_ is not None and type_.kind in _COMPOSITE
        is_external = is_below_external or field.has(EXTERNAL)
        if type_ is not None and is_composite and node.selection_set is not None:
            is_external = is_external or self.is_external_behind(coordinate)
            yield from self.check(type_.name, node.selection_set, is_below_external=is_external)
        elif is_composite:
            yield self.invalid(
                f'Field "{coordinate}" of type "{field.type}" must have a selection of subfields.'
            )
        elif node.selection_set is not None:
            yield self.invalid(
                f'Field "{coordinate}" must not have a selection since type "{field.type}" has no subfields.'
            )
        elif self.rule.leaves_are_external and not is_external:
            yield Fault(
                f"{self.rule.prefix}_FIELDS_MISSING_EXTERNAL",
                f'field "{coordinate}" should not be part of a @{self.rule.directive} since it is already '
                "provided by this subgraph (it is not marked @external)",
            )

    def is_external_behind(self, coordinate: str) -> bool:
        """Whether an implementation of the interface has the field from elsewhere."""
        parent, name = coordinate.split(".")
        if self.subgraph.types[parent].kind is not Kind.INTERFACE:
            return False
        types = (self.subgraph.types[each] for each in possible_types(self.subgraph.types, parent))
        return any(name in type_.fields and type_.fields[name].has(EXTERNAL) for type_ in types)

    def invalid(self, message: str) -> Fault:
        return Fault(f"{self.rule.prefix}_INVALID_FIELDS", message)
