"""Print merged types as SDL. graphql-core prints no applied directives from a schema, hence a printer of our own.

Its layout is Apollo's: a type's directives stand one a line, those of members behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphql.language.block_string import print_block_string

from router.core.composition.mismatches import print_value
from router.core.composition.model import Directive, Element, Field, InputValue, Kind, Type


@dataclass(frozen=True, slots=True)
class TypePrinter:
    """``names``: what the supergraph calls the directives of its specifications, by canonical name."""

    names: Mapping[str, str]

    def type(self, type_: Type) -> str:
        implements = f" implements {' & '.join(type_.interfaces)}" if type_.interfaces else ""
        head = [f"{type_.kind.value} {type_.name}{implements}"]
        head += [f"  {self.directive(directive)}" for directive in type_.directives]
        return print_description(type_.description, "") + "\n".join(head + self._body(type_))

    def directive(self, directive: Directive) -> str:
        name = self.names.get(directive.name, directive.name)
        arguments = ", ".join(f"{key}: {print_value(value)}" for key, value in directive.arguments.items())
        return f"@{name}({arguments})" if arguments else f"@{name}"

    def _body(self, type_: Type) -> list[str]:
        match type_.kind:
            case Kind.SCALAR:
                return []
            case Kind.UNION:
                return [f" = {' | '.join(type_.members)}"]
            case Kind.ENUM:
                members = [self._member(value, value.name) for value in type_.values.values()]
            case Kind.INPUT:
                members = [self._member(value, self._input(value)) for value in type_.inputs.values()]
            case _:
                members = [self._member(field, self._field(field)) for field in type_.fields.values()]
        return ["{", *_set_apart(members), "}"]

    def _member(self, element: Element, text: str) -> str:
        return f"{print_description(element.description, '  ')}  {text}{self._directives(element)}"

    def _field(self, field: Field) -> str:
        return f"{field.name}{self._arguments(field.arguments.values())}: {field.type}"

    def _arguments(self, arguments: Iterable[InputValue]) -> str:
        arguments = list(arguments)
        if not arguments:
            return ""
        if not any(argument.description for argument in arguments):
            return f"({', '.join(self._input(a) + self._directives(a) for a in arguments)})"
        lines = [
            f"{print_description(a.description, '    ')}    {self._input(a)}{self._directives(a)}"
            for a in arguments
        ]
        return "\n".join(["(", "\n\n".join(lines), "  )"])

    def _input(self, value: InputValue) -> str:
        default = "" if value.default is None else f" = {print_value(value.default)}"
        return f"{value.name}: {value.type}{default}"

    def _directives(self, element: Element) -> str:
        return "".join(f" {self.directive(directive)}" for directive in element.directives)


def print_description(text: str | None, indent: str) -> str:
    """As a block string, on lines of its own."""
    if not text:
        return ""
    return "".join(f"{indent}{line}".rstrip() + "\n" for line in print_block_string(text).split("\n"))


def _set_apart(members: Sequence[str]) -> list[str]:
    """A blank line before each member that has a description, but for the first."""
    described = [member.lstrip().startswith('"""') for member in members]
    return [f"\n{text}" if index and described[index] else text for index, text in enumerate(members)]
