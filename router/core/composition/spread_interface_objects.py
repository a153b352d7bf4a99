"""Give implementations the fields that an ``@interfaceObject`` adds to their interface."""

from __future__ import annotations

from dataclasses import replace

from router.core.composition.federation_spec import INTERFACE_OBJECT
from router.core.composition.join_directives import join_directive
from router.core.composition.merge_context import MergeContext
from router.core.composition.model import Directive, Field, Kind, Type


def spread_interface_objects(context: MergeContext) -> None:
    """A bare ``@join__field`` marks them: no subgraph resolves the field on the implementation itself."""
    for interface in context.types.values():
        if interface.kind is Kind.INTERFACE and _is_interface_object_somewhere(context, interface.name):
            for type_ in context.types.values():
                if interface.name in type_.interfaces and type_.kind is Kind.OBJECT:
                    _add_missing_fields(type_, interface)


def _is_interface_object_somewhere(context: MergeContext, name: str) -> bool:
    return any(source.element.has(INTERFACE_OBJECT) for source in context.sources_of(name))


def _add_missing_fields(type_: Type, interface: Type) -> None:
    for name, field in interface.fields.items():
        if name not in type_.fields:
            type_.fields[name] = _borrowed(field)


def _borrowed(field: Field) -> Field:
    kept: list[Directive] = [d for d in field.directives if not d.name.startswith("join__")]
    return replace(field, directives=[join_directive("field", None), *kept])
