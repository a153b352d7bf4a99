"""Federation's directives must stand where they mean something."""

from __future__ import annotations

import re

from router.core.composition.federation_spec import (
    ACCESS_CONTROL,
    EXTERNAL,
    INACCESSIBLE,
    INTERFACE_OBJECT,
    KEY,
    OVERRIDE,
    PROVIDES,
    REQUIRES,
    SHAREABLE,
    TAG,
)
from router.core.composition.field_sets import used_fields
from router.core.composition.model import Field, Kind, Subgraph, Type
from router.core.composition.problems import Report

_TOKEN = re.compile(r"\w+|[^\w\s,]")
_NOT_ON_INTERFACES = {
    EXTERNAL: "EXTERNAL_ON_INTERFACE",
    OVERRIDE: "OVERRIDE_ON_INTERFACE",
    PROVIDES: "PROVIDES_UNSUPPORTED_ON_INTERFACE",
    REQUIRES: "REQUIRES_UNSUPPORTED_ON_INTERFACE",
    SHAREABLE: "INVALID_SHAREABLE_USAGE",
}


def validate_directive_uses(subgraph: Subgraph, report: Report) -> None:
    _validate_guards(subgraph, report)
    _validate_externals_used(subgraph, report)
    for type_ in subgraph.types.values():
        if type_.kind is Kind.INTERFACE:
            _validate_interface_keys(subgraph, type_, report)
        _validate_interface_object(subgraph, type_, report)
        for field in type_.fields.values():
            if type_.kind is Kind.INTERFACE:
                _validate_interface_field(subgraph, type_, field, report)
            _validate_collisions(subgraph, type_, field, report)
            if field.has(EXTERNAL) and (field.has(TAG) or field.has(INACCESSIBLE)):
                report.problem(
                    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                    f"[{subgraph.name}] Cannot apply merged directives to external field "
                    f'"{type_.name}.{field.name}"',
                    [subgraph.name],
                )


def _validate_guards(subgraph: Subgraph, report: Report) -> None:
    """Interfaces demand what their implementations demand, and have nothing to say themselves."""
    for name in ACCESS_CONTROL:
        for type_ in subgraph.types.values():
            is_interface_object = type_.kind is Kind.OBJECT and type_.has(INTERFACE_OBJECT)
            if type_.kind is not Kind.INTERFACE and not is_interface_object:
                continue
            kind = "interface object" if is_interface_object else "interface"
            guarded = [(kind, type_.name)] if type_.has(name) else []
            if not is_interface_object:
                guarded += [("field", f"{type_.name}.{f.name}") for f in type_.fields.values() if f.has(name)]
            for noun, coordinate in guarded:
                written = subgraph.links.name_of(name)
                report.problem(
                    "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
                    f'[{subgraph.name}] Invalid use of @{written} on {noun} "{coordinate}": @{written} cannot be '
                    "applied on interfaces, interface fields and interface objects",
                    [subgraph.name],
                )


def _validate_collisions(subgraph: Subgraph, type_: Type, field: Field, report: Report) -> None:
    """What is resolved elsewhere can neither require nor provide anything here."""
    for name in (PROVIDES, REQUIRES):
        if field.has(EXTERNAL) and field.has(name):
            report.problem(
                "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
                f"[{subgraph.name}] Cannot have both @{name.rpartition('__')[2]} and @external on field "
                f'"{type_.name}.{field.name}"',
                [subgraph.name],
            )


def _validate_externals_used(subgraph: Subgraph, report: Report) -> None:
    used = used_fields(subgraph)
    for type_ in subgraph.types.values():
        if type_.kind is Kind.INTERFACE or type_.has(EXTERNAL):
            continue
        for field in type_.fields.values():
            if field.has(EXTERNAL) and (type_.name, field.name) not in used:
                report.problem(
                    "EXTERNAL_UNUSED",
                    f'[{subgraph.name}] Field "{type_.name}.{field.name}" is marked @external but is not used in '
                    "any federation directive (@key, @provides, @requires) or to satisfy an interface; the "
                    "field declaration has no use and should be removed (or the field should not be @external).",
                    [subgraph.name],
                )


def _validate_interface_keys(subgraph: Subgraph, interface: Type, report: Report) -> None:
    """Whoever can fetch the interface by a key can fetch each implementation by it."""
    implementations = [t for t in subgraph.types.values() if interface.name in t.interfaces]
    for key in interface.applied(KEY):
        fields = key.text("fields") or ""
        for type_ in implementations:
            same = [k for k in type_.applied(KEY) if _same_selection(fields, k.text("fields") or "")]
            is_resolvable = any(k.flag("resolvable", default=True) for k in same)
            if same and key.flag("resolvable", default=True) and not is_resolvable:
                report.problem(
                    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                    f'[{subgraph.name}] Key @key(fields: "{fields}") on interface type "{interface.name}" should be '
                    "resolvable on all implementation types, but is declared with argument "
                    f'"@key(resolvable:)" set to false in type "{type_.name}".',
                    [subgraph.name],
                )
            if not same:
                report.problem(
                    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                    f'[{subgraph.name}] Key @key(fields: "{fields}") on interface type "{interface.name}" is '
                    f'missing on implementation type "{type_.name}".',
                    [subgraph.name],
                )


def _same_selection(first: str, second: str) -> bool:
    """Whatever the white space."""
    return _TOKEN.findall(first) == _TOKEN.findall(second)


def _validate_interface_field(subgraph: Subgraph, type_: Type, field: Field, report: Report) -> None:
    for directive, code in _NOT_ON_INTERFACES.items():
        if field.has(directive):
            report.problem(
                code,
                f"[{subgraph.name}] @{directive.rpartition('__')[2]} cannot be used on field "
                f'"{type_.name}.{field.name}" of an interface',
                [subgraph.name],
            )


def _validate_interface_object(subgraph: Subgraph, type_: Type, report: Report) -> None:
    """An interface object must be an entity: its subgraph does not know what it stands for."""
    if type_.has(INTERFACE_OBJECT) and not type_.has(KEY):
        report.problem(
            "INTERFACE_OBJECT_USAGE_ERROR",
            f"[{subgraph.name}] The @interfaceObject directive can only be applied to entity types but type "
            f'"{type_.name}" has no @key in this subgraph.',
            [subgraph.name],
        )
