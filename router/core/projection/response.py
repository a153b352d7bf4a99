"""The root of an answer: what is shown of fetched data, for each outcome of the operation's conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from router.core.projection.fast import MISSES, Projector, compile_projector
from router.core.projection.project import Projection
from router.core.projection.shape import ObjectShape, ShapeCompiler
from router.core.selection import Field, Selection, walk
from router.core.supergraph import Supergraph

_VARIANTS_KEPT = 64
_USES_BEFORE_COMPILED = 2
"""What is asked once is not worth compiling."""


@dataclass(slots=True)
class _Variant:
    """The shape for one outcome of ``@skip``, ``@include`` and ``@defer``."""

    shape: ObjectShape
    uses: int = 0
    projector: Projector | None = None


class ResponseShape:
    """Kept with the plan; belongs to one thread."""

    __slots__ = ("_condition_variables", "_root_type", "_selections", "_supergraph", "_variants")

    def __init__(self, supergraph: Supergraph, root_type: str, selections: Sequence[Selection]) -> None:
        self._supergraph = supergraph
        self._root_type = root_type
        self._selections = selections
        self._condition_variables = tuple(sorted(set(_variables_that_decide(selections))))
        self._variants: dict[tuple[bool, ...], _Variant] = {}

    def project(
        self, data: Mapping[str, Any], variables: Mapping[str, Any], *, deferring: bool = False
    ) -> tuple[dict[str, Any] | None, Projection]:
        """The answer, and what is wrong with it or, when ``deferring``, left for later."""
        variant = self._variant(variables, deferring=deferring)
        projection = Projection()
        if not deferring:
            variant.uses += 1
            if variant.projector is None and variant.uses > _USES_BEFORE_COMPILED:
                variant.projector = compile_projector(variant.shape)
            if variant.projector is not None:
                with suppress(*MISSES):
                    return variant.projector(data), projection
        return projection.project(variant.shape, data), projection

    def _variant(self, variables: Mapping[str, Any], *, deferring: bool) -> _Variant:
        truths = (deferring, *(bool(variables.get(name)) for name in self._condition_variables))
        known = self._variants.get(truths)
        if known is None:
            if len(self._variants) >= _VARIANTS_KEPT:
                self._variants.clear()
            values = dict(zip(self._condition_variables, truths[1:], strict=True))
            compiler = ShapeCompiler(self._supergraph, values, deferring=deferring)
            shape = ObjectShape(compiler, self._root_type, self._selections)
            known = self._variants[truths] = _Variant(shape)
        return known


def _variables_that_decide(selections: Sequence[Selection]) -> Iterator[str]:
    for selection in walk(selections):
        if isinstance(selection, Field):
            yield from (condition.variable for condition in selection.conditions)
            if selection.deferral is not None and selection.deferral.variable is not None:
                yield selection.deferral.variable
