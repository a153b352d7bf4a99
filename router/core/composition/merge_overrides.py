"""Who resolves a field that one subgraph takes over from another with ``@override``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from router.core.composition.federation_spec import EXTERNAL, OVERRIDE, PROVIDES, REQUIRES
from router.core.composition.merge_context import MergeContext, Source
from router.core.composition.model import Field
from router.core.composition.problems import Report


@dataclass(frozen=True, slots=True)
class Overrides:
    """By subgraph, for one field. ``used`` ones keep the field for its keys, though nobody asks them for it."""

    used: set[str] = field(default_factory=set)
    unused: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def overridden(self) -> set[str]:
        return self.used | self.unused


def find_overrides(context: MergeContext, type_name: str, sources: Sequence[Source[Field]]) -> Overrides:
    """Reports what is wrong with an ``@override``, and hints at what has become superfluous."""
    overrides = Overrides()
    by_subgraph = {source.subgraph.name: source for source in sources}
    for source in sources:
        directive = source.element.first(OVERRIDE)
        origin = directive.text("from") if directive else None
        if directive is None or origin is None:
            continue
        coordinate = f"{type_name}.{source.element.name}"
        if not _may_override(context, coordinate, source, origin, by_subgraph):
            continue
        label = directive.text("label")
        _take_over(context, overrides, type_name, by_subgraph[origin], label)
        if label is not None:
            overrides.labels[source.subgraph.name] = label
    return overrides


def _take_over(
    context: MergeContext, overrides: Overrides, type_name: str, origin: Source[Field], label: str | None
) -> None:
    name = origin.subgraph.name
    is_used = (type_name, origin.element.name) in context.used_fields[name]
    (overrides.used if is_used else overrides.unused).add(name)
    if label is not None:
        overrides.labels[name] = label
        context.report.hint(
            "OVERRIDE_MIGRATION_IN_PROGRESS",
            f'Field "{type_name}.{origin.element.name}" is currently being migrated with progressive @override.',
            [name],
        )
        return
    context.overridden.setdefault(name, set()).add((type_name, origin.element.name))
    rest = " It is still used in some federation directive(s) or interface." if is_used else ""
    context.report.hint(
        "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
        f'Field "{type_name}.{origin.element.name}" on subgraph "{name}" is overridden.{rest}',
        [name],
    )


def _may_override(
    context: MergeContext,
    coordinate: str,
    source: Source[Field],
    origin: str,
    by_subgraph: dict[str, Source[Field]],
) -> bool:
    report, name = context.report, source.subgraph.name
    if origin == name:
        report.problem(
            "OVERRIDE_FROM_SELF_ERROR",
            f'Source and destination subgraphs "{origin}" are the same for overridden field "{coordinate}"',
            [name],
        )
        return False
    if origin not in {subgraph.name for subgraph in context.subgraphs}:
        report.hint(
            "FROM_SUBGRAPH_DOES_NOT_EXIST",
            f'Source subgraph "{origin}" for field "{coordinate}" on subgraph "{name}" does not exist.',
            [name],
        )
        return False
    if origin not in by_subgraph or by_subgraph[origin].element.has(EXTERNAL):
        report.hint(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            f'Field "{coordinate}" on subgraph "{name}" is not resolved by "{origin}" anymore. '
            "The @override directive can be removed.",
            [name],
        )
        return False
    _report_conflict(report, coordinate, source, by_subgraph[origin])
    return True


def _report_conflict(report: Report, coordinate: str, source: Source[Field], origin: Source[Field]) -> None:
    """The field counts as taken over all the same, lest one mistake be told twice."""
    if origin.element.has(OVERRIDE):
        report.problem(
            "OVERRIDE_SOURCE_HAS_OVERRIDE",
            f'Field "{coordinate}" on subgraph "{source.subgraph.name}" is also marked with directive '
            f'@override in subgraph "{origin.subgraph.name}". '
            "Only one @override directive is allowed per field.",
            [source.subgraph.name, origin.subgraph.name],
        )
        return
    clashes = [("external", source)] if source.element.has(EXTERNAL) else []
    clashes += [("requires", origin)] if origin.element.has(REQUIRES) else []
    clashes += [("provides", origin)] if origin.element.has(PROVIDES) else []
    for directive, clash in clashes[:1]:
        report.problem(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'@override cannot be used on field "{coordinate}" on subgraph "{source.subgraph.name}" since '
            f'"{coordinate}" on "{clash.subgraph.name}" is marked with directive "@{directive}"',
            [source.subgraph.name, clash.subgraph.name],
        )
