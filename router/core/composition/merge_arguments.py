"""Merge the arguments of a field: an argument must be known to every subgraph that resolves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import ConstValueNode, print_ast

from router.core.composition.federation_spec import FROM_CONTEXT
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_elements import (
    merge_description,
    merge_inaccessible,
    merge_kept_directives,
)
from router.core.composition.merge_type_refs import (
    ARGUMENT_TYPE,
    TypeCodes,
    Variance,
    describe_by_value,
    merge_type_refs,
)
from router.core.composition.mismatches import describe_mismatch, print_value
from router.core.composition.model import Field, InputValue
from router.core.composition.problems import in_subgraphs


@dataclass(frozen=True, slots=True)
class MismatchCodes:
    """Apollo has codes of their own for arguments and for input fields."""

    type: TypeCodes
    default: str


_ARGUMENT = MismatchCodes(ARGUMENT_TYPE, "FIELD_ARGUMENT_DEFAULT_MISMATCH")


def merge_arguments(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Field]]
) -> dict[str, InputValue]:
    """Optional arguments that only some subgraphs know are left out; required ones are a problem."""
    names = dict.fromkeys(name for source in sources for name in source.element.arguments)
    merged: dict[str, InputValue] = {}
    for name in names:
        knowing = [s for s in sources if name in s.element.arguments]
        ignorant = [s for s in sources if name not in s.element.arguments]
        arguments = [Source(s.subgraph, s.element.arguments[name]) for s in knowing]
        path = f"{coordinate}({name}:)"
        if any(source.element.has(FROM_CONTEXT) for source in arguments):
            _report_not_contextual(context, path, arguments)
        elif ignorant:
            _report_missing(context, path, arguments, names_of(ignorant))
        else:
            merged[name] = merge_input_value(context, path, arguments, _ARGUMENT)
    return merged


def _report_not_contextual(context: MergeContext, path: str, arguments: Sequence[Source[InputValue]]) -> None:
    """No client gives an argument from a context, so every subgraph must get along without one."""
    for source in arguments:
        if source.element.has(FROM_CONTEXT):
            continue
        if source.element.is_required:
            context.report.problem(
                "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                f'Argument "{path}" is contextual in at least one subgraph but in "{path}" it does not have '
                "@fromContext, is not nullable and has no default value.",
                [source.subgraph.name],
            )
        else:
            context.report.hint(
                "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                f'Contextual argument "{path}" will not be included in the supergraph since it is contextual in '
                "at least one subgraph",
                [source.subgraph.name],
            )


def _report_missing(
    context: MergeContext, path: str, knowing: Sequence[Source[InputValue]], ignorant: Sequence[str]
) -> None:
    required = [source for source in knowing if source.element.is_required]
    if required:
        context.report.problem(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            f'Argument "{path}" is required in some subgraphs but does not appear in all subgraphs: it is '
            f"required in {in_subgraphs(names_of(required))} but does not appear in {in_subgraphs(ignorant)}",
            [*names_of(required), *ignorant],
        )
        return
    context.report.hint(
        "INCONSISTENT_ARGUMENT_PRESENCE",
        f'Optional argument "{path}" will not be included in the supergraph as it does not appear in all '
        f"subgraphs: it is defined in {in_subgraphs(names_of(knowing))} but not in {in_subgraphs(ignorant)}.",
        [*names_of(knowing), *ignorant],
    )


def merge_input_value(
    context: MergeContext, path: str, sources: Sequence[Source[InputValue]], codes: MismatchCodes
) -> InputValue:
    return InputValue(
        name=sources[0].element.name,
        description=merge_description(context, path, sources),
        directives=merge_inaccessible(sources) + merge_kept_directives(context, path, sources),
        type=merge_type_refs(context, path, sources, Variance.INPUT, codes.type).type,
        default=_merge_default(context, path, sources, codes.default),
    )


def _printed_default(value: InputValue) -> str:
    return "no default value" if value.default is None else f"default value {print_value(value.default)}"


def _merge_default(
    context: MergeContext, path: str, sources: Sequence[Source[InputValue]], mismatch_code: str
) -> ConstValueNode | None:
    """The default that all agree on. One that only some have is dropped: each keeps to its own, unasked."""
    written = [
        (s.subgraph.name, print_ast(s.element.default)) for s in sources if s.element.default is not None
    ]
    if len({value for _, value in written}) > 1:
        context.report.problem(
            mismatch_code,
            f'"{path}" has incompatible default values across subgraphs: '
            f"it has {describe_by_value(written, noun='default value')}",
            names_of(sources),
        )
    if written and len(written) < len(sources):
        described = describe_mismatch(
            [(source.subgraph.name, _printed_default(source.element)) for source in sources],
            "no default value",
            chosen=lambda _value, where: (
                f"will not use a default in the supergraph (there is no default in {where}) but "
            ),
            other=lambda value, where: f'"{path}" has {value} in {where}',
        )
        context.report.hint(
            "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
            f'Argument "{path}" has a default value in only some subgraphs: {described}.',
            names_of(sources),
        )
        return None
    return sources[0].element.default
