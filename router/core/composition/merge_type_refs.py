"""Merge the types that subgraphs give one field, argument or input field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.mismatches import describe_mismatch
from router.core.composition.model import Field, InputValue
from router.core.composition.problems import in_subgraphs
from router.core.composition.type_refs import TypeRef, is_subtype


class Variance(Enum):
    """Results widen (nullable wins), inputs narrow (required wins)."""

    OUTPUT = "output"
    INPUT = "input"

    @property
    def others(self) -> str:
        """What types are to the merged one where they differ."""
        return "subtype" if self is Variance.OUTPUT else "supertype"


@dataclass(frozen=True, slots=True)
class TypeCodes:
    """Of the problem when types clash, and of the hint when they differ and yet go together."""

    mismatch: str
    inconsistency: str
    noun: str


FIELD_TYPE = TypeCodes("FIELD_TYPE_MISMATCH", "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE", "field")
ARGUMENT_TYPE = TypeCodes(
    "FIELD_ARGUMENT_TYPE_MISMATCH", "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE", "argument"
)


@dataclass(frozen=True, slots=True)
class MergedType:
    type: TypeRef
    all_equal: bool


def merge_type_refs(
    context: MergeContext,
    coordinate: str,
    sources: Sequence[Source[Field | InputValue]],
    variance: Variance,
    codes: TypeCodes,
) -> MergedType:
    """The one type that serves all; reports ``codes.mismatch`` where there is none."""
    merged = sources[0].element.type
    for source in sources[1:]:
        other = source.element.type
        if _replaces(context, other, merged, variance):
            merged = other
        elif not _replaces(context, merged, other, variance):
            _report_mismatch(context, coordinate, sources, codes)
            return MergedType(merged, all_equal=False)
    all_equal = all(source.element.type == merged for source in sources)
    if not all_equal:
        _report_inconsistency(context, coordinate, merged, sources, codes, variance=variance)
    return MergedType(merged, all_equal)


def _replaces(context: MergeContext, candidate: TypeRef, current: TypeRef, variance: Variance) -> bool:
    if variance is Variance.OUTPUT:
        return is_subtype(current, candidate, context.is_subtype)
    return is_subtype(candidate, current, context.is_subtype)


def _report_mismatch(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Field | InputValue]], codes: TypeCodes
) -> None:
    context.report.problem(
        codes.mismatch,
        f'Type of "{coordinate}" is incompatible across subgraphs: '
        f"it has {describe_by_value([(s.subgraph.name, s.element.type) for s in sources])}",
        names_of(sources),
    )


def _report_inconsistency(
    context: MergeContext,
    coordinate: str,
    merged: TypeRef,
    sources: Sequence[Source[Field | InputValue]],
    codes: TypeCodes,
    *,
    variance: Variance,
) -> None:
    described = describe_mismatch(
        [(source.subgraph.name, source.element.type) for source in sources],
        merged,
        chosen=lambda type_, where: (
            f'will use type "{type_}" (from {where}) in supergraph but "{coordinate}" has '
        ),
        other=lambda type_, where: f'{variance.others} "{type_}" in {where}',
    )
    context.report.hint(
        codes.inconsistency,
        f'Type of {codes.noun} "{coordinate}" is inconsistent but compatible across subgraphs: {described}.',
        names_of(sources),
    )


def describe_by_value(values: Sequence[tuple[str, str]], noun: str = "type", quote: str = '"') -> str:
    """``type "Int" in subgraph "a" but type "String" in subgraphs "b" and "c"``."""
    by_value: dict[str, list[str]] = {}
    for subgraph, value in values:
        by_value.setdefault(value, []).append(subgraph)
    return " but ".join(
        f"{noun} {quote}{value}{quote} in {in_subgraphs(names)}" for value, names in by_value.items()
    )
