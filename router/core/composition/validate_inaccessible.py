"""What is hidden by ``@inaccessible`` must not be needed by what is left to see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from router.core.composition.federation_spec import INACCESSIBLE
from router.core.composition.merge_context import MergeContext
from router.core.composition.model import Element, Field, InputValue, Type
from router.core.composition.type_refs import named_type

_Some = TypeVar("_Some", bound=Element)


def validate_inaccessible(context: MergeContext) -> None:
    hidden = {type_.name for type_ in context.types.values() if _is_hidden(type_)}
    if "Query" in hidden:
        context.report.problem(
            "QUERY_ROOT_TYPE_INACCESSIBLE",
            'Type "Query" is @inaccessible but is the root query type, which must be in the API schema.',
        )
    for type_ in context.types.values():
        if type_.name not in hidden:
            _validate_children(context, type_)
            _validate_references(context, type_, hidden)
            _validate_required(context, type_)


def _is_hidden(element: Element) -> bool:
    return element.has(INACCESSIBLE)


def _validate_children(context: MergeContext, type_: Type) -> None:
    children: list[Mapping[str, Element]] = [type_.fields, type_.inputs, type_.values]
    for members in children:
        if members and all(_is_hidden(member) for member in members.values()):
            context.report.problem(
                "ONLY_INACCESSIBLE_CHILDREN",
                f'Type "{type_.name}" is in the API schema but all of its members are @inaccessible.',
            )


def _validate_references(context: MergeContext, type_: Type, hidden: set[str]) -> None:
    for coordinate, element in _visible_typed(type_):
        name = named_type(element.type)
        if name in hidden:
            context.report.problem(
                "REFERENCED_INACCESSIBLE",
                f'Type "{name}" is @inaccessible but is referenced by "{coordinate}", which is in the API schema.',
            )


def _visible_typed(type_: Type) -> Iterator[tuple[str, Field | InputValue]]:
    for field in _visible(type_.fields.values()):
        yield f"{type_.name}.{field.name}", field
        for argument in _visible(field.arguments.values()):
            yield f"{type_.name}.{field.name}({argument.name}:)", argument
    for value in _visible(type_.inputs.values()):
        yield f"{type_.name}.{value.name}", value


def _visible(elements: Iterable[_Some]) -> Iterator[_Some]:
    return (element for element in elements if not _is_hidden(element))


def _validate_required(context: MergeContext, type_: Type) -> None:
    """A hidden input that must be given can't be; a hidden field that an interface shows is missed."""
    inputs = [(f"{type_.name}.{value.name}", value) for value in type_.inputs.values()]
    for field in _visible(type_.fields.values()):
        inputs += [(f"{type_.name}.{field.name}({a.name}:)", a) for a in field.arguments.values()]
    for coordinate, value in inputs:
        if _is_hidden(value) and value.is_required:
            context.report.problem(
                "REQUIRED_INACCESSIBLE",
                f'Input "{coordinate}" is @inaccessible but is required in the API schema.',
            )
    _validate_implemented(context, type_)


def _validate_implemented(context: MergeContext, type_: Type) -> None:
    for name, field in type_.fields.items():
        for interface in (context.types[i] for i in type_.interfaces if i in context.types):
            asked = interface.fields.get(name)
            if _is_hidden(field) and asked is not None and not (_is_hidden(asked) or _is_hidden(interface)):
                context.report.problem(
                    "IMPLEMENTED_BY_INACCESSIBLE",
                    f'Field "{type_.name}.{name}" is @inaccessible but implements the interface field '
                    f'"{interface.name}.{name}", which is in the API schema.',
                )
