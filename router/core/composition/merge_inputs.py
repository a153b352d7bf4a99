"""Merge an input object: only what every subgraph understands can be sent."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.composition.join_directives import join_directive
from router.core.composition.merge_arguments import MismatchCodes, merge_input_value
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_elements import merge_inaccessible
from router.core.composition.merge_type_refs import FIELD_TYPE
from router.core.composition.model import InputValue, Type
from router.core.composition.problems import in_subgraphs

_INPUT_FIELD = MismatchCodes(FIELD_TYPE, "INPUT_FIELD_DEFAULT_MISMATCH")


def merge_inputs(context: MergeContext, name: str, sources: Sequence[Source[Type]]) -> dict[str, InputValue]:
    merged: dict[str, InputValue] = {}
    for field in dict.fromkeys(field for source in sources for field in source.element.inputs):
        knowing = [s for s in sources if field in s.element.inputs]
        ignorant = [s for s in sources if field not in s.element.inputs]
        fields = [Source(s.subgraph, s.element.inputs[field]) for s in knowing]
        if ignorant and not merge_inaccessible(fields):
            _report_missing(context, f"{name}.{field}", fields, names_of(ignorant))
        else:
            merged[field] = _merge_input(context, f"{name}.{field}", fields, is_known_to_all=not ignorant)
    if not merged:
        context.report.problem(
            "EMPTY_MERGED_INPUT_TYPE",
            f'None of the fields of input object type "{name}" are consistently defined in all the subgraphs '
            "defining that type. As only fields common to all subgraphs are merged, this would result in an "
            "empty type.",
            names_of(sources),
        )
    return merged


def _merge_input(
    context: MergeContext, path: str, fields: Sequence[Source[InputValue]], *, is_known_to_all: bool
) -> InputValue:
    merged = merge_input_value(context, path, fields, _INPUT_FIELD)
    are_equal = all(field.element.type == merged.type for field in fields)
    if not (are_equal and is_known_to_all):
        joins = [
            join_directive("field", s.subgraph.graph, type=None if are_equal else s.element.type)
            for s in fields
        ]
        hidden = len(merge_inaccessible(fields))
        merged.directives[hidden:hidden] = joins
    return merged


def _report_missing(
    context: MergeContext, path: str, knowing: Sequence[Source[InputValue]], ignorant: Sequence[str]
) -> None:
    required = [source for source in knowing if source.element.is_required]
    if required:
        context.report.problem(
            "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
            f'Input object field "{path}" is required in some subgraphs but does not appear in all subgraphs: '
            f"it is required in {in_subgraphs(names_of(required))} but does not appear in "
            f"{in_subgraphs(ignorant)}",
            [*names_of(required), *ignorant],
        )
        return
    parent, name = path.split(".")
    context.report.hint(
        "INCONSISTENT_INPUT_OBJECT_FIELD",
        f'Input object field "{name}" will not be added to "{parent}" in the supergraph as it does not appear in '
        f"all subgraphs: it is defined in {in_subgraphs(names_of(knowing))} but not in "
        f"{in_subgraphs(ignorant)}.",
        [*names_of(knowing), *ignorant],
    )
