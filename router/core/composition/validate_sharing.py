"""A field that several subgraphs resolve must be ``@shareable`` in each of them."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.composition.federation_spec import SHAREABLE
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_overrides import Overrides
from router.core.composition.model import Field
from router.core.composition.problems import in_subgraphs


def validate_sharing(
    context: MergeContext, type_name: str, defining: Sequence[Source[Field]], overrides: Overrides
) -> None:
    """``defining``: the subgraphs where the field is not ``@external``."""
    resolving = [s for s in defining if s.subgraph.name not in overrides.overridden]
    unshared = [s for s in resolving if not _is_shareable(context, type_name, s)]
    if type_name == "Subscription":
        _refuse_shared_subscriptions(context, resolving)
    elif len(resolving) > 1 and unshared:
        extent = "all of them" if len(unshared) == len(resolving) else in_subgraphs(names_of(unshared))
        context.report.problem(
            "INVALID_FIELD_SHARING",
            f'Non-shareable field "{type_name}.{unshared[0].element.name}" is resolved from multiple '
            f"subgraphs: it is resolved from {in_subgraphs(names_of(resolving))} "
            f"and defined as non-shareable in {extent}",
            names_of(resolving),
        )


def _is_shareable(context: MergeContext, type_name: str, source: Source[Field]) -> bool:
    """Key fields are shareable by nature."""
    coordinate = (type_name, source.element.name)
    return source.element.has(SHAREABLE) or coordinate in context.key_fields[source.subgraph.name]


def _refuse_shared_subscriptions(context: MergeContext, resolving: Sequence[Source[Field]]) -> None:
    """An event stream has one source: nobody could say which of two to subscribe to."""
    if len(resolving) > 1 or any(source.element.has(SHAREABLE) for source in resolving):
        context.report.problem(
            "INVALID_FIELD_SHARING",
            f'Fields on root level subscription object cannot be marked as shareable: "Subscription.'
            f'{resolving[0].element.name}" is resolved from {in_subgraphs(names_of(resolving))}',
            names_of(resolving),
        )
