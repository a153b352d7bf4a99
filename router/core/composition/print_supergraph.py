"""Print the merged types as a supergraph SDL: definitions by name, members in merge order.

graphql-core prints no applied directives from a schema, hence a printer of our own. Its layout is Apollo's:
a type's directives stand one a line, those of members behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from graphql import print_ast
from graphql.language.block_string import print_block_string
from graphql.language.print_string import print_string

from router.core.composition.compose_directives import ComposedDirectives
from router.core.composition.executable_directives import find_executable_directives
from router.core.composition.join_spec import JOIN_DEFINITIONS, JOIN_URL, LINK_URL, OPTIONAL_SPECS
from router.core.composition.merge_context import MergeContext
from router.core.composition.model import (
    ROOT_TYPES,
    Directive,
    Element,
    Field,
    InputValue,
    Kind,
    Subgraph,
    Type,
)

Named = tuple[str, str]
"""A definition's name and its print."""


def print_supergraph(context: MergeContext) -> str:
    types = context.types.values()
    used = set(_used_directives(types))
    specs = [spec for spec in OPTIONAL_SPECS if spec.definitions.keys() & used]
    directives, spec_types = _join_definitions()
    directives += [named for spec in specs for named in spec.definitions.items() if named[0] in used]
    kept = find_executable_directives(context.subgraphs) | context.composed.definitions
    directives += [(name, print_ast(node)) for name, node in kept.items()]
    graphs = ("join__Graph", _print_graphs(context.subgraphs))
    named_types = [*spec_types, graphs, *((type_.name, _print_type(type_)) for type_ in types)]
    schema = _print_schema(
        context, [*(spec.link_for(used) for spec in specs), *_composed_links(context.composed)]
    )
    return "\n\n".join([schema, *_sorted(directives), *_sorted(named_types)]) + "\n"


def _sorted(definitions: Iterable[Named]) -> list[str]:
    return [text for _, text in sorted(definitions, key=lambda named: (named[0].casefold(), named[0]))]


def _join_definitions() -> tuple[list[Named], list[Named]]:
    """Directives and types of the join and link specifications."""
    definitions = re.split(r"\n\n(?=\w)", JOIN_DEFINITIONS.strip())
    directives = [
        (text.split("(")[0].removeprefix("directive @"), text)
        for text in definitions
        if text.startswith("directive")
    ]
    types = [(text.split()[1], text) for text in definitions if not text.startswith("directive")]
    return directives, types


def _composed_links(composed: ComposedDirectives) -> Iterator[str]:
    for link in sorted(composed.links.values(), key=lambda link: link.url):
        imports = ", ".join(_print_import(name, was) for name, was in composed.imports_of(link).items())
        yield f"@link(url: {print_string(link.url)}, import: [{imports}])"


def _print_import(name: str, was: str) -> str:
    return f'"{name}"' if name == was else f'{{ name: "{was}", as: "{name}" }}'


def _print_schema(context: MergeContext, optional_links: Sequence[str]) -> str:
    links = [f'@link(url: "{LINK_URL}")', f'@link(url: "{JOIN_URL}", for: EXECUTION)', *optional_links]
    roots = [f"  {operation}: {name}" for operation, name in ROOT_TYPES.items() if name in context.types]
    lines = ["schema", *(f"  {link}" for link in links), "{", *roots, "}"]
    descriptions = (subgraph.schema_description for subgraph in context.subgraphs)
    return _description(next(filter(None, descriptions), None), "") + "\n".join(lines)


def _used_directives(types: Iterable[Type]) -> Iterator[str]:
    for type_ in types:
        for element in _elements(type_):
            yield from (directive.name for directive in element.directives)


def _elements(type_: Type) -> Iterator[Element]:
    yield type_
    yield from type_.inputs.values()
    yield from type_.values.values()
    for field in type_.fields.values():
        yield field
        yield from field.arguments.values()


def _print_graphs(subgraphs: Sequence[Subgraph]) -> str:
    values = [
        f"  {s.graph} @join__graph(name: {print_string(s.name)}, url: {print_string(s.url)})"
        for s in subgraphs
    ]
    return "\n".join(["enum join__Graph {", *values, "}"])


def _print_type(type_: Type) -> str:
    implements = f" implements {' & '.join(type_.interfaces)}" if type_.interfaces else ""
    head = [f"{type_.kind.value} {type_.name}{implements}"]
    head += [f"  {_print_directive(directive)}" for directive in type_.directives]
    return _description(type_.description, "") + "\n".join(head + _print_body(type_))


def _print_body(type_: Type) -> list[str]:
    match type_.kind:
        case Kind.SCALAR:
            return []
        case Kind.UNION:
            return [f"  = {' | '.join(type_.members)}"]
        case Kind.ENUM:
            members = [_print_member(value, value.name) for value in type_.values.values()]
        case Kind.INPUT:
            members = [_print_member(value, _print_input(value)) for value in type_.inputs.values()]
        case _:
            members = [_print_member(field, _print_field(field)) for field in type_.fields.values()]
    return ["{", *_set_apart(members), "}"]


def _set_apart(members: Sequence[str]) -> list[str]:
    """A blank line before each member that has a description, but for the first."""
    described = [member.lstrip().startswith('"""') for member in members]
    return [f"\n{text}" if index and described[index] else text for index, text in enumerate(members)]


def _print_member(element: Element, text: str) -> str:
    return f"{_description(element.description, '  ')}  {text}{_print_directives(element)}"


def _print_field(field: Field) -> str:
    return f"{field.name}{_print_arguments(field.arguments.values())}: {field.type}"


def _print_arguments(arguments: Iterable[InputValue]) -> str:
    arguments = list(arguments)
    if not arguments:
        return ""
    if not any(argument.description for argument in arguments):
        return f"({', '.join(_print_input(a) + _print_directives(a) for a in arguments)})"
    lines = [
        f"{_description(a.description, '    ')}    {_print_input(a)}{_print_directives(a)}" for a in arguments
    ]
    return "\n".join(["(", "\n\n".join(lines), "  )"])


def _print_input(value: InputValue) -> str:
    default = "" if value.default is None else f" = {print_ast(value.default)}"
    return f"{value.name}: {value.type}{default}"


def _print_directives(element: Element) -> str:
    return "".join(f" {_print_directive(directive)}" for directive in element.directives)


def _print_directive(directive: Directive) -> str:
    arguments = ", ".join(f"{name}: {print_ast(value)}" for name, value in directive.arguments.items())
    return f"@{directive.name}({arguments})" if arguments else f"@{directive.name}"


def _description(text: str | None, indent: str) -> str:
    """As a block string, on lines of its own."""
    if not text:
        return ""
    return "".join(f"{indent}{line}".rstrip() + "\n" for line in print_block_string(text).split("\n"))
