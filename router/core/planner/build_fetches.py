"""Requests printed: what an execution needs, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from router.core.operation import Operation
from router.core.planner.batch_fetches import BlockDraft, RequestDraft
from router.core.planner.draft import FetchDraft, SelectionDraft
from router.core.planner.plan import EntityBlock, EntityPart, FetchNode
from router.core.planner.print_selection import print_selection
from router.core.planner.resolve_conflicts import resolve_conflicts


def build_fetches(operation: Operation, requests: Sequence[RequestDraft]) -> tuple[FetchNode, ...]:
    """Numbers stay as they are."""
    builder = _Builder(operation)
    return tuple(
        builder.entities(request) if request.root is None else builder.root(request, request.root)
        for request in requests
    )


class _Builder:
    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._types = operation.supergraph.types
        self._declared = operation.variable_types()

    def root(self, request: RequestDraft, draft: FetchDraft) -> FetchNode:
        renames = resolve_conflicts(self._types, [draft.selection])
        variables = self._variables([draft.selection])
        name = self._name(request)
        return FetchNode(
            id=request.number,
            subgraph=request.subgraph,
            kind=draft.kind,
            query=self._document(draft.kind, name, variables, {}, print_selection(draft.selection)),
            operation_name=name,
            variables=variables,
            path=draft.path,
            response_keys=tuple(dict.fromkeys(place[0] for place in draft.selection.fields)),
            asked_keys=tuple(dict.fromkeys(_asked_keys([draft.selection]))),
            renames=renames,
            run_if=draft.selection.run_if(),
            deferral=request.deferral,
            depends_on=tuple(sorted(request.depends_on)),
        )

    def entities(self, request: RequestDraft) -> FetchNode:
        blocks, printed = [], []
        for number, draft in enumerate(request.blocks):
            block = self._block(draft, number)
            blocks.append(block)
            printed.append(_print_block(draft, block))
        variables = self._variables(
            selection for block in request.blocks for selection in block.on_types.values()
        )
        name = self._name(request)
        sent = {block.variable: "[_Any!]!" for block in blocks}
        contexts = request.blocks[0].parts[0].contexts
        sent |= {context.variable: context.type for context in contexts}
        return FetchNode(
            id=request.number,
            subgraph=request.subgraph,
            kind="query",
            query=self._document("query", name, variables, sent, f"{{ {' '.join(printed)} }}"),
            operation_name=name,
            variables=variables,
            entities=tuple(blocks),
            contexts=contexts,
            deferral=request.deferral,
            depends_on=tuple(sorted(request.depends_on)),
        )

    def _block(self, draft: BlockDraft, number: int) -> EntityBlock:
        variable = f"representations_{number}" if number else "representations"
        while variable in self._declared:
            variable = f"_{variable}"
        # Of every part: parts of one type ask the same, and are marked the same.
        selections = [part.selection for part in draft.parts]
        renames = resolve_conflicts(self._types, selections)
        return EntityBlock(
            response_key=f"_entities_{number}" if number else "_entities",
            variable=variable,
            parts=tuple(_part(part) for part in draft.parts),
            renames=renames,
            asked_keys=frozenset(_asked_keys(selections)),
        )

    def _variables(self, selections: Iterable[SelectionDraft]) -> tuple[str, ...]:
        used = {name for selection in selections for name in selection.variables()}
        return tuple(name for name in self._declared if name in used)

    def _name(self, request: RequestDraft) -> str | None:
        name = self._operation.name
        return f"{name}__{_as_name(request.subgraph)}__{request.number}" if name else None

    def _document(
        self,
        kind: str,
        name: str | None,
        variables: Iterable[str],
        sent: Mapping[str, str],
        selection: str,
    ) -> str:
        declared = [f"${variable}: {type_}" for variable, type_ in sent.items()]
        declared += [f"${variable}: {self._declared[variable]}" for variable in variables]
        parameters = f"({', '.join(declared)})" if declared else ""
        head = f"{kind}{' ' + name if name else ''}{parameters}"
        return selection if head == "query" else f"{head} {selection}"


def _part(draft: FetchDraft) -> EntityPart:
    return EntityPart(
        path=draft.path,
        type_name=draft.selection.seat.type_name,
        key=tuple(draft.key),
        required=tuple(wanted for wanted in draft.required if wanted not in draft.key),
        run_if=draft.selection.run_if(),
    )


def _asked_keys(selections: Iterable[SelectionDraft]) -> Iterator[str]:
    for selection in selections:
        for selected in selection.fields.values():
            yield selected.asked_as or selected.field.response_key
        yield from _asked_keys(selection.on_types.values())


def _print_block(draft: BlockDraft, block: EntityBlock) -> str:
    alias = "" if block.response_key == "_entities" else f"{block.response_key}: "
    on_types = " ".join(f"... on {name} {print_selection(each)}" for name, each in draft.on_types.items())
    return f"{alias}_entities(representations: ${block.variable}) {{ {on_types} }}"


def _as_name(subgraph: str) -> str:
    """A subgraph's name as a part of a GraphQL name."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in subgraph)
