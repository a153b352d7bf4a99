"""A plan as text, in the notation of Apollo's query plans; tests and `python -m router plan` compare it."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode, parse, print_ast

from router.core.planner.plan import EntityBlock, FetchNode, PathElement, QueryPlan, Wanted
from router.core.planner.print_path import print_path


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
    selections = _selections(fetch)
    if not fetch.entities:
        body = [f"Fetch({_head(fetch)}) {{", *_indent(_lines(selections["data"])), "}"]
        return _flatten(fetch.path, body)
    blocks = [_print_block(fetch, block, selections[block.response_key]) for block in fetch.entities]
    return blocks[0] if len(blocks) == 1 else _group("Batch", blocks)


def _head(fetch: FetchNode) -> str:
    head = f'service: "{fetch.subgraph}"'
    if fetch.deferral is None:
        return head
    return f'{head}, defer: "{fetch.deferral.label or fetch.deferral.number}"'


def _print_block(fetch: FetchNode, block: EntityBlock, selection: SelectionSetNode) -> list[str]:
    sent = [
        line
        for type_name, wanted in _sent(block).items()
        for line in (
            f"... on {type_name} {{",
            "  __typename",
            *_indent(_print_wanted(wanted)),
            "}",
        )
    ]
    body = [
        f"Fetch({_head(fetch)}) {{",
        *_indent(["{", *_indent(sent), "} =>", *_lines(selection)]),
        "}",
    ]
    return _flatten_all([part.path for part in block.parts], body)


def _sent(block: EntityBlock) -> dict[str, tuple[Wanted, ...]]:
    """What is sent of each type; objects of one type at several paths are told alike or each in its way."""
    sent: dict[str, dict[Wanted, None]] = {}
    for part in block.parts:
        sent.setdefault(part.type_name, {}).update(dict.fromkeys((*part.key, *part.required)))
    return {type_name: tuple(wanted) for type_name, wanted in sent.items()}


def _selections(fetch: FetchNode) -> dict[str, SelectionSetNode]:
    """What each block selects by its response key; of root fields all, as ``data``."""
    operation = parse(fetch.query, no_location=True).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    selections = {"data": operation.selection_set}
    for node in operation.selection_set.selections:
        if fetch.entities and isinstance(node, FieldNode) and node.selection_set is not None:
            selections[(node.alias or node.name).value] = node.selection_set
    return selections


def _lines(selection: SelectionSetNode) -> list[str]:
    return print_ast(selection).splitlines()


def _flatten(path: Sequence[PathElement], body: list[str]) -> list[str]:
    return _flatten_all([path], body) if path else body


def _flatten_all(paths: Sequence[Sequence[PathElement]], body: list[str]) -> list[str]:
    printed = ", ".join(dict.fromkeys(f'"{print_path(path)}"' for path in paths))
    return [f"Flatten(path: {printed}) {{", *_indent(body), "}"]


def _print_wanted(wanted: Sequence[Wanted]) -> list[str]:
    lines: list[str] = []
    for item in wanted:
        own = item.name if not item.children else f"{item.name} {{ {_inline(item.children)} }}"
        lines.append(
            own if item.on_types is None else f"... on {'|'.join(sorted(item.on_types))} {{ {own} }}"
        )
    return lines


def _inline(wanted: Sequence[Wanted]) -> str:
    return " ".join(_print_wanted(wanted))


def _indent(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]
