"""A subgraph's contexts must be set where arguments ask for them, and give what the arguments take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from router.core.composition.context_selections import selection_faults
from router.core.composition.contexts import contextual_fields, parse_reference, types_that_set
from router.core.composition.federation_spec import CONTEXT, FROM_CONTEXT, KEY
from router.core.composition.model import Field, InputValue, Kind, Subgraph, Type
from router.core.composition.problems import Report

_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)

Fault = tuple[str, str]
"""Code and message."""


def validate_contexts(subgraph: Subgraph, report: Report) -> None:
    faults = list(_name_faults(subgraph))
    faults += _directive_faults(subgraph)
    for type_, field in contextual_fields(subgraph):
        for argument in field.arguments.values():
            if argument.has(FROM_CONTEXT):
                faults += _argument_faults(subgraph, type_, field, argument)
    for code, message in faults:
        report.problem(code, f"[{subgraph.name}] {message}", [subgraph.name])


def _directive_faults(subgraph: Subgraph) -> Iterator[Fault]:
    for definition in subgraph.directive_definitions.values():
        for argument in definition.arguments or ():
            applied = (subgraph.links.canonical_directive(d.name.value) for d in argument.directives or ())
            if FROM_CONTEXT in applied:
                coordinate = f"@{definition.name.value}({argument.name.value}:)"
                message = f'@fromContext argument cannot be used on a directive definition "{coordinate}".'
                yield "CONTEXT_NOT_SET", message


def _name_faults(subgraph: Subgraph) -> Iterator[Fault]:
    for type_ in subgraph.types.values():
        for applied in type_.applied(CONTEXT):
            name = applied.text("name") or ""
            if "_" in name:
                yield "CONTEXT_NAME_INVALID", f'Context name "{name}" may not contain an underscore.'
            elif not _NAME.fullmatch(name):
                message = f'Context name "{name}" is invalid. It should have only alphanumeric characters.'
                yield "CONTEXT_NAME_INVALID", message


def _argument_faults(subgraph: Subgraph, type_: Type, field: Field, argument: InputValue) -> Iterator[Fault]:
    coordinate = f"{type_.name}.{field.name}({argument.name}:)"
    if type_.kind is not Kind.OBJECT:
        yield (
            "CONTEXT_NOT_SET",
            f'@fromContext argument cannot be used on a field that exists on an abstract type "{coordinate}".',
        )
        return
    for interface in (subgraph.types[name] for name in type_.interfaces if name in subgraph.types):
        if field.name in interface.fields:
            asked = f"{interface.name}.{field.name}"
            message = (
                f'@fromContext argument cannot be used on a field implementing an interface field "{asked}".'
            )
            yield "CONTEXT_NOT_SET", message
    if argument.default is not None:
        yield "CONTEXT_NOT_SET", f'@fromContext arguments may not have a default value: "{coordinate}".'
    yield from _reference_faults(subgraph, type_, coordinate, argument)


def _reference_faults(
    subgraph: Subgraph, type_: Type, coordinate: str, argument: InputValue
) -> Iterator[Fault]:
    applied = argument.first(FROM_CONTEXT)
    text = (applied.text("field") or "") if applied else ""
    reference = parse_reference(text)
    if reference is None:
        yield "NO_CONTEXT_IN_SELECTION", f'@fromContext argument does not reference a context "{text}".'
        return
    context, selection = reference
    setting = types_that_set(subgraph, context)
    if not setting:
        message = f'Context "{context}" is used at location "{coordinate}" but is never set.'
        yield "CONTEXT_NOT_SET", message
    for fault in selection_faults(subgraph, setting, selection, argument.type) if setting else ():
        message = f'Context "{context}" is used in "{coordinate}" but the selection is invalid{fault}'
        yield "CONTEXT_INVALID_SELECTION", message
    if not any(key.flag("resolvable", default=True) for key in type_.applied(KEY)):
        yield (
            "CONTEXT_NO_RESOLVABLE_KEY",
            f'Object "{type_.name}" has no resolvable key but has a field with a contextual argument.',
        )
