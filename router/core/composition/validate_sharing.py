"""A field that several subgraphs resolve must be ``@shareable`` in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from router.core.composition.federation_spec import EXTERNAL, INTERFACE_OBJECT, SHAREABLE
from router.core.composition.merge_context import MergeContext, Source
from router.core.composition.merge_overrides import Overrides
from router.core.composition.model import Field, Type
from router.core.composition.problems import listed


class _Resolver(NamedTuple):
    """Someone who resolves the field. ``label`` is the subgraph's name, quoted, and how it comes to do so."""

    subgraph: str
    label: str
    is_shareable: bool


def validate_sharing(
    context: MergeContext, type_: Type, sources: Sequence[Source[Field]], overrides: Overrides
) -> None:
    """``sources``: every subgraph that has the field, ``@external`` or not."""
    if not sources:
        return
    validate_resolvers(context, type_, sources[0].element.name, sources, overrides)


def validate_resolvers(
    context: MergeContext, type_: Type, name: str, sources: Sequence[Source[Field]], overrides: Overrides
) -> None:
    """For a field of interface objects that no subgraph defines on the type itself, ``sources`` are none."""
    if sources and type_.name == "Subscription":
        _refuse_shared_subscriptions(context, sources)
        return
    resolvers = [
        *_own_resolvers(context, type_.name, sources, overrides),
        *_by_interface(context, type_, name),
    ]
    resolvers.sort()
    unshared = [resolver for resolver in resolvers if not resolver.is_shareable]
    if len(resolvers) > 1 and unshared:
        extent = "all of them" if len(unshared) == len(resolvers) else _described(unshared)
        context.report.problem(
            "INVALID_FIELD_SHARING",
            f'Non-shareable field "{type_.name}.{name}" is resolved from multiple subgraphs: it is resolved '
            f"from {_described(resolvers)} and defined as non-shareable in {extent}"
            f"{_misspelt(unshared, overrides, type_.name, name)}",
            [resolver.subgraph for resolver in resolvers],
        )


def _misspelt(resolvers: Sequence[_Resolver], overrides: Overrides, type_name: str, name: str) -> str:
    """Two may resolve the field because an override has not found its target."""
    subgraph = next((r.subgraph for r in resolvers if r.subgraph in overrides.vain), None)
    if subgraph is None:
        return ""
    return (
        f' (please note that "{type_name}.{name}" has an @override directive in "{subgraph}" that targets an '
        "unknown subgraph so this could be due to misspelling the @override(from:) argument)"
    )


def _own_resolvers(
    context: MergeContext, type_name: str, sources: Sequence[Source[Field]], overrides: Overrides
) -> Iterator[_Resolver]:
    """Whoever defines the field and has not lost it to another; or provides it, which says that it is shared."""
    for source in sources:
        name, coordinate = source.subgraph.name, (type_name, source.element.name)
        is_external = source.element.has(EXTERNAL)
        if name in overrides.overridden or (is_external and coordinate not in context.provided_fields[name]):
            continue
        is_shareable = is_external or source.element.has(SHAREABLE) or coordinate in context.key_fields[name]
        yield _Resolver(name, f'"{name}"', is_shareable)


def _by_interface(context: MergeContext, type_: Type, field_name: str) -> Iterator[_Resolver]:
    """Subgraphs that resolve the field for all implementations of an interface at once."""
    for interface in type_.interfaces:
        for source in context.sources_of(interface):
            if type_.name in source.subgraph.types:
                continue
            field = source.element.fields.get(field_name)
            if not source.element.has(INTERFACE_OBJECT) or field is None or field.has(EXTERNAL):
                continue
            name, coordinate = source.subgraph.name, (interface, field_name)
            is_shareable = field.has(SHAREABLE) or coordinate in context.key_fields[name]
            label = f'"{name}" (through @interfaceObject field "{interface}.{field_name}")'
            yield _Resolver(name, label, is_shareable)


def _refuse_shared_subscriptions(context: MergeContext, sources: Sequence[Source[Field]]) -> None:
    """An event stream has one source: nobody could say which of two to subscribe to."""
    if len(sources) > 1 or any(source.element.has(SHAREABLE) for source in sources):
        names = [source.subgraph.name for source in sources]
        context.report.problem(
            "INVALID_FIELD_SHARING",
            f'Fields on root level subscription object cannot be marked as shareable: "Subscription.'
            f'{sources[0].element.name}" is resolved from subgraphs {listed(names)}',
            names,
        )


def _described(resolvers: Sequence[_Resolver]) -> str:
    labels = [resolver.label for resolver in resolvers]
    if len(labels) == 1:
        return f"subgraph {labels[0]}"
    return f"subgraphs {', '.join(labels[:-1])} and {labels[-1]}"
