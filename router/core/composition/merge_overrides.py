"""Who resolves a field that one subgraph takes over from another with ``@override``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql.pyutils import did_you_mean, suggestion_list

from router.core.composition.federation_spec import (
    EXTERNAL,
    INTERFACE_OBJECT,
    OVERRIDE,
    PROVIDES,
    REQUIRES,
)
from router.core.composition.merge_context import MergeContext, Source
from router.core.composition.model import Field, Kind, Subgraph
from router.core.composition.problems import listed

_LABEL = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*|percent\((\d{1,2}(\.\d{1,8})?|100)\)", re.ASCII)
_REFERENCES = (
    "It is still used in some federation directive(s) (@key, @requires, and/or @provides) and/or to satisfy "
    "interface constraint(s)"
)
_ADVICE = "consider marking it @external explicitly or removing it along with its references."


@dataclass(frozen=True, slots=True)
class Overrides:
    """By subgraph, for one field. ``used`` ones keep the field for its keys, though nobody asks them for it.

    ``vain`` ones take a field over from a subgraph that does not exist.
    """

    used: set[str] = field(default_factory=set)
    unused: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    vain: set[str] = field(default_factory=set)

    @property
    def overridden(self) -> set[str]:
        return self.used | self.unused


def find_overrides(context: MergeContext, type_name: str, sources: Sequence[Source[Field]]) -> Overrides:
    """Reports what is wrong with an ``@override``, and hints at what has become superfluous."""
    finder = _Finder(context, type_name, {source.subgraph.name: source for source in sources}, Overrides())
    for source in sources:
        directive = source.element.first(OVERRIDE)
        origin = directive.text("from") if directive else None
        if directive is not None and origin is not None:
            finder.find(source, origin, directive.text("label") or None)
    return finder.overrides


@dataclass(frozen=True, slots=True)
class _Finder:
    """For one field."""

    context: MergeContext
    type_name: str
    sources: Mapping[str, Source[Field]]
    overrides: Overrides

    def find(self, source: Source[Field], origin: str, label: str | None) -> None:
        """``source`` takes the field over from the subgraph ``origin``."""
        name, coordinate = source.subgraph.name, f"{self.type_name}.{source.element.name}"
        if source.subgraph.types[self.type_name].has(INTERFACE_OBJECT):
            self.collision(
                "@override is not yet supported on fields of @interfaceObject types: cannot be used on field "
                f'"{coordinate}" on subgraph "{name}".',
                [name],
            )
        elif origin not in (names := [subgraph.name for subgraph in self.context.subgraphs]):
            self.overrides.vain.add(name)
            self.hint(
                "FROM_SUBGRAPH_DOES_NOT_EXIST",
                f'Source subgraph "{origin}" for field "{coordinate}" on subgraph "{name}" does not exist.'
                + did_you_mean([f'"{name}"' for name in suggestion_list(origin, names)]).replace("'", ""),
                name,
            )
        elif origin == name:
            self.context.report.problem(
                "OVERRIDE_FROM_SELF_ERROR",
                f'Source and destination subgraphs "{origin}" are the same for overridden field "{coordinate}"',
                [name],
            )
        elif origin in self.sources and self.sources[origin].element.has(OVERRIDE):
            self.context.report.problem(
                "OVERRIDE_SOURCE_HAS_OVERRIDE",
                f'Field "{coordinate}" on subgraph "{name}" is also marked with directive @override in subgraph '
                f'"{origin}". Only one @override directive is allowed per field.',
                [name, origin],
            )
        elif origin not in self.sources:
            self.find_abstracted(source, origin, coordinate)
        elif not self.collides(source, self.sources[origin], coordinate):
            self.take_over(source, self.sources[origin], coordinate, label)

    def hint(self, code: str, message: str, subgraph: str) -> None:
        self.context.report.hint(code, message, [subgraph])

    def collision(self, message: str, subgraphs: Sequence[str]) -> None:
        self.context.report.problem("OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE", message, subgraphs)

    def find_abstracted(self, source: Source[Field], origin: str, coordinate: str) -> None:
        """The origin has no such field, unless it gives the field to all implementations of an interface."""
        name = source.subgraph.name
        subgraph = next(each for each in self.context.subgraphs if each.name == origin)
        abstracting = self.abstracting(subgraph, source.element.name)
        if abstracting:
            noun = "types" if len(abstracting) > 1 else "type"
            self.collision(
                f'Invalid @override on field "{coordinate}" of subgraph "{name}": source subgraph "{origin}" does '
                f'not have field "{coordinate}" but abstract it in {noun} {listed(abstracting)} and overriding '
                "abstracted fields is not supported.",
                [name, origin],
            )
            return
        self.hint(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            f'Field "{coordinate}" on subgraph "{name}" no longer exists in the from subgraph. The @override '
            "directive can be removed.",
            name,
        )

    def abstracting(self, subgraph: Subgraph, field_name: str) -> list[str]:
        merged = self.context.types[self.type_name]
        if merged.kind is not Kind.OBJECT or self.type_name in subgraph.types:
            return []
        candidates = (subgraph.types[name] for name in merged.interfaces if name in subgraph.types)
        return [each.name for each in candidates if each.kind is Kind.OBJECT and field_name in each.fields]

    def collides(self, source: Source[Field], origin: Source[Field], coordinate: str) -> bool:
        clashes = [(name, origin) for name in (REQUIRES, PROVIDES) if origin.element.has(name)]
        clashes += [(EXTERNAL, source)] if source.element.has(EXTERNAL) else []
        for directive, clash in clashes[:1]:
            self.collision(
                f'@override cannot be used on field "{coordinate}" on subgraph "{source.subgraph.name}" since '
                f'"{coordinate}" on "{clash.subgraph.name}" is marked with directive '
                f'"@{clash.subgraph.links.name_of(directive)}"',
                [source.subgraph.name, origin.subgraph.name],
            )
        return bool(clashes)

    def take_over(
        self, source: Source[Field], origin: Source[Field], coordinate: str, label: str | None
    ) -> None:
        name = origin.subgraph.name
        is_used = (self.type_name, origin.element.name) in self.context.used_fields[name]
        if origin.element.has(EXTERNAL):
            self.hint(
                "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
                f'Field "{coordinate}" on subgraph "{source.subgraph.name}" is not resolved anymore by the from '
                f'subgraph (it is marked "@external" in "{name}"). The @override directive can be removed.',
                source.subgraph.name,
            )
        else:
            (self.overrides.used if is_used else self.overrides.unused).add(name)
            if label is None:
                self.context.overridden.setdefault(name, set()).add((self.type_name, origin.element.name))
                rest = f"{_REFERENCES}, but {_ADVICE}" if is_used else "Consider removing it."
                message = f'Field "{coordinate}" on subgraph "{name}" is overridden. {rest}'
                self.hint("OVERRIDDEN_FIELD_CAN_BE_REMOVED", message, name)
        if label is not None:
            self.migrate(source, name, coordinate, label, is_used=is_used)

    def migrate(
        self, source: Source[Field], origin: str, coordinate: str, label: str, *, is_used: bool
    ) -> None:
        """A label says for which requests the field is taken over: both subgraphs have it meanwhile."""
        if _LABEL.fullmatch(label):
            self.overrides.labels.update({source.subgraph.name: label, origin: label})
            field_ = (self.type_name, source.element.name)
            self.context.migrations[source.subgraph.name, field_] = (label, True)
            self.context.migrations[origin, field_] = (label, False)
        else:
            self.context.report.problem(
                "OVERRIDE_LABEL_INVALID",
                f'Invalid @override label "{label}" on field "{coordinate}" on subgraph "{source.subgraph.name}": '
                "labels must start with a letter and after that may contain alphanumerics, underscores, minuses, "
                'colons, periods, or slashes. Alternatively, labels may be of the form "percent(x)" where x is a '
                "float between 0-100 inclusive.",
                [source.subgraph.name],
            )
        self.hint(
            "OVERRIDE_MIGRATION_IN_PROGRESS",
            f'Field "{coordinate}" on subgraph "{origin}" is currently being migrated via progressive @override. '
            f"{_REFERENCES}. Once the migration is complete, {_ADVICE}"
            if is_used
            else f'Field "{coordinate}" is currently being migrated with progressive @override. Once the migration '
            f'is complete, remove the field from subgraph "{origin}".',
            origin,
        )
