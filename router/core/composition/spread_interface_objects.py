"""Give implementations the fields that an ``@interfaceObject`` adds to their interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from router.core.composition.federation_spec import ACCESS_CONTROL, INTERFACE_OBJECT
from router.core.composition.join_directives import join_directive
from router.core.composition.merge_context import MergeContext
from router.core.composition.merge_elements import merge_guards
from router.core.composition.merge_overrides import Overrides
from router.core.composition.model import Directive, Field, Kind, Type
from router.core.composition.validate_sharing import validate_resolvers


def spread_interface_objects(context: MergeContext) -> None:
    """A bare ``@join__field`` marks them: no subgraph resolves the field on the implementation itself."""
    for interface in context.types.values():
        if interface.kind is Kind.INTERFACE and _is_interface_object_somewhere(context, interface.name):
            for type_ in context.types.values():
                if interface.name in type_.interfaces and type_.kind is Kind.OBJECT:
                    _add_missing_fields(context, type_, interface)


def _is_interface_object_somewhere(context: MergeContext, name: str) -> bool:
    return any(source.element.has(INTERFACE_OBJECT) for source in context.sources_of(name))


def _add_missing_fields(context: MergeContext, type_: Type, interface: Type) -> None:
    for name, field in interface.fields.items():
        if name not in type_.fields:
            validate_resolvers(context, type_, name, [], Overrides())
            type_.fields[name] = _borrowed(field, merge_guards(context, f"{type_.name}.{name}"))


def _borrowed(field: Field, guards: Sequence[Directive]) -> Field:
    kept = [d for d in field.directives if not d.name.startswith("join__") and d.name not in ACCESS_CONTROL]
    return replace(field, directives=[*guards, *kept, join_directive("field", None)])
