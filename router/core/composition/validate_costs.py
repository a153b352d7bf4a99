"""Costs must say something about the fields they stand on."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import IntValueNode, ListValueNode, StringValueNode

from router.core.composition.federation_spec import COST, LIST_SIZE
from router.core.composition.model import Directive, Field, Kind, Subgraph
from router.core.composition.problems import Report
from router.core.composition.type_refs import named_type

Fault = tuple[str, str]
"""Code and message."""


def validate_costs(subgraph: Subgraph, report: Report) -> None:
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            coordinate = f"{type_.name}.{field.name}"
            faults = list(_faults(subgraph, coordinate, field))
            if type_.kind is Kind.INTERFACE and field.has(COST):
                faults.append(
                    (
                        "COST_APPLIED_TO_INTERFACE_FIELD",
                        f'@cost cannot be applied to interface "{coordinate}"',
                    )
                )
            for code, message in faults:
                report.problem(code, f"[{subgraph.name}] {message}", [subgraph.name])


def _faults(subgraph: Subgraph, coordinate: str, field: Field) -> Iterator[Fault]:
    for directive in field.applied(LIST_SIZE):
        sized = _texts(directive, "sizedFields")
        if not sized and not field.type.startswith("["):
            yield "LIST_SIZE_APPLIED_TO_NON_LIST", f'"{coordinate}" is not a list'
        assumed = directive.arguments.get("assumedSize")
        if isinstance(assumed, IntValueNode) and int(assumed.value) < 0:
            yield "LIST_SIZE_INVALID_ASSUMED_SIZE", f'Assumed size of "{coordinate}" cannot be negative'
        yield from _slicing_faults(coordinate, field, _texts(directive, "slicingArguments"))
        if sized:
            yield from _sized_field_faults(subgraph, field, sized)


def _slicing_faults(coordinate: str, field: Field, names: list[str]) -> Iterator[Fault]:
    for name in names:
        if name not in field.arguments:
            message = f'Slicing argument "{name}" is not an argument of "{coordinate}"'
            yield "LIST_SIZE_INVALID_SLICING_ARGUMENT", message
        elif field.arguments[name].type not in ("Int", "Int!"):
            message = f'Slicing argument "{coordinate}({name}:)" must be Int or Int!'
            yield "LIST_SIZE_INVALID_SLICING_ARGUMENT", message


def _sized_field_faults(subgraph: Subgraph, field: Field, names: list[str]) -> Iterator[Fault]:
    """Sized fields are lists one level down, as the edges of a connection are."""
    type_ = subgraph.types.get(named_type(field.type))
    if type_ is None or type_.kind not in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION):
        message = f'Sized fields cannot be used because "{field.type}" is not a composite type'
        yield "LIST_SIZE_INVALID_SIZED_FIELD", message
        return
    for name in names:
        if name not in type_.fields:
            message = f'Sized field "{name}" is not a field on type "{type_.name}"'
            yield "LIST_SIZE_INVALID_SIZED_FIELD", message
        elif not type_.fields[name].type.startswith("["):
            yield "LIST_SIZE_APPLIED_TO_NON_LIST", f'Sized field "{type_.name}.{name}" is not a list'


def _texts(directive: Directive, argument: str) -> list[str]:
    value = directive.arguments.get(argument)
    values = value.values if isinstance(value, ListValueNode) else ()
    return [text.value for text in values if isinstance(text, StringValueNode)]
