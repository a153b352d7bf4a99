"""A plan as text, in the notation of Apollo's query plans; tests and `python -m router plan` compare it."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode, parse, print_ast

from router.core.planner.plan import FetchNode, PathElement, QueryPlan, Wanted


def print_plan(plan: QueryPlan) -> str:
    """Waves of fetches: each runs once all that it depends on is there."""
    waves = [_wave(fetches) for fetches in _waves(plan)]
    return "\n".join(["QueryPlan {", *_indent(_group("Sequence", waves)), "}"])


def _waves(plan: QueryPlan) -> list[list[FetchNode]]:
    depth: dict[int, int] = {}
    waves: list[list[FetchNode]] = []
    for fetch in plan.fetches:
        depth[fetch.id] = 1 + max((depth[dependency] for dependency in fetch.depends_on), default=-1)
        if depth[fetch.id] == len(waves):
            waves.append([])
        waves[depth[fetch.id]].append(fetch)
    return waves


def _wave(fetches: Sequence[FetchNode]) -> list[str]:
    return _group("Parallel", [_print_fetch(fetch) for fetch in fetches])


def _group(name: str, members: Sequence[list[str]]) -> list[str]:
    if not members:
        return []
    if len(members) == 1:
        return members[0]
    return [
        f"{name} {{",
        *(line for member in members for line in _indent([*member[:-1], member[-1] + ","])),
        "}",
    ]


def _print_fetch(fetch: FetchNode) -> list[str]:
    body = [f'Fetch(service: "{fetch.subgraph}") {{', *_indent(_print_selection(fetch)), "}"]
    if fetch.path:
        body = [f'Flatten(path: "{_print_path(fetch.path)}") {{', *_indent(body), "}"]
    return body


def _print_selection(fetch: FetchNode) -> list[str]:
    operation = parse(fetch.query, no_location=True).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    selection_set: SelectionSetNode = operation.selection_set
    if fetch.entity_type is None:
        return print_ast(selection_set).splitlines()
    entities = selection_set.selections[0]
    assert isinstance(entities, FieldNode)
    assert entities.selection_set is not None
    sent = [
        f"... on {fetch.entity_type} {{",
        "  __typename",
        *_indent(_print_wanted(fetch.representation)),
        "}",
    ]
    return ["{", *_indent(sent), "} =>", *print_ast(entities.selection_set).splitlines()]


def _print_wanted(wanted: Sequence[Wanted]) -> list[str]:
    lines: list[str] = []
    for item in wanted:
        if item.children:
            lines += [f"{item.name} {{", *_indent(_print_wanted(item.children)), "}"]
        else:
            lines.append(item.name)
    return lines


def _print_path(path: Sequence[PathElement]) -> str:
    text = ""
    for element in path:
        if isinstance(element, str):
            text += f".{element}"
        else:
            text += f"|[{','.join(sorted(element))}]"
    return text.lstrip(".")


def _indent(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]
