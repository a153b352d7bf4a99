"""What a subgraph says of an ``@external`` field must agree with those that resolve it."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import ConstValueNode, print_ast

from router.core.composition.federation_spec import EXTERNAL
from router.core.composition.merge_context import MergeContext, Source
from router.core.composition.model import Field, InputValue
from router.core.composition.type_refs import is_subtype


def validate_externals(
    context: MergeContext,
    coordinate: str,
    merged: Field,
    sources: Sequence[Source[Field]],
    *,
    all_equal: bool,
) -> None:
    """``all_equal``: whether the subgraphs that resolve the field give it one type."""
    for source in sources:
        if source.element.has(EXTERNAL):
            _validate_type(context, coordinate, merged, source, all_equal=all_equal)
            for argument in merged.arguments.values():
                _validate_argument(context, coordinate, argument, source)


def _validate_type(
    context: MergeContext, coordinate: str, merged: Field, source: Source[Field], *, all_equal: bool
) -> None:
    """The same type; or a narrower one, where those that resolve the field don't agree either."""
    external = source.element.type
    if external == merged.type:
        return
    if all_equal or not is_subtype(external, merged.type, context.is_subtype):
        context.report.problem(
            "EXTERNAL_TYPE_MISMATCH",
            f'Type of field "{coordinate}" is incompatible across subgraphs (where marked @external): it has '
            f'type "{merged.type}" in the supergraph but type "{source.element.type}" in subgraph '
            f'"{source.subgraph.name}"',
            [source.subgraph.name],
        )


def _validate_argument(
    context: MergeContext, coordinate: str, merged: InputValue, source: Source[Field]
) -> None:
    report, name = context.report, source.subgraph.name
    path = f"{coordinate}({merged.name}:)"
    argument = source.element.arguments.get(merged.name)
    if argument is None:
        report.problem(
            "EXTERNAL_ARGUMENT_MISSING",
            f'Argument "{path}" is not declared in subgraph "{name}" (where "{coordinate}" is @external)',
            [name],
        )
    elif not is_subtype(merged.type, argument.type, context.is_subtype):
        report.problem(
            "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
            f'Type of argument "{path}" is incompatible across subgraphs (where "{coordinate}" is marked '
            f'@external): it has type "{merged.type}" in the supergraph but type "{argument.type}" in '
            f'subgraph "{name}"',
            [name],
        )
    elif _written(argument.default) != _written(merged.default):
        report.problem(
            "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
            f'Argument "{path}" has incompatible defaults across subgraphs (where "{coordinate}" is marked '
            f'@external) in subgraph "{name}"',
            [name],
        )


def _written(value: ConstValueNode | None) -> str | None:
    return None if value is None else print_ast(value)
