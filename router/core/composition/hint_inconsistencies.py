"""Point at types that subgraphs define differently where nothing says that they may."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.composition.federation_spec import EXTERNAL, INTERFACE_OBJECT, KEY
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.model import ROOT_TYPES, Kind, Type
from router.core.composition.problems import in_subgraphs

_CODES = {
    Kind.OBJECT: ("INCONSISTENT_OBJECT_VALUE_TYPE_FIELD", "non-entity object"),
    Kind.INTERFACE: ("INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD", "interface"),
}


def hint_inconsistent_entity(context: MergeContext, type_: Type, sources: Sequence[Source[Type]]) -> None:
    """Whoever has no key for a type cannot be asked for more of it."""
    with_key = [source.subgraph.name for source in sources if source.element.has(KEY)]
    without = [source.subgraph.name for source in sources if not source.element.has(KEY)]
    if type_.kind is Kind.OBJECT and with_key and without:
        context.report.hint(
            "INCONSISTENT_ENTITY",
            f'Type "{type_.name}" is declared as an entity (has a @key applied) in some but not all defining '
            f"subgraphs: it has no @key in {in_subgraphs(without)} but has some @key in {in_subgraphs(with_key)}.",
            names_of(sources),
        )


def hint_inconsistent_fields(context: MergeContext, type_: Type, sources: Sequence[Source[Type]]) -> None:
    """A value type is best the same everywhere, since nobody can complete it."""
    if type_.name in ROOT_TYPES.values() or any(source.element.has(KEY) for source in sources):
        return
    code, kind = _CODES[type_.kind]
    for name in dict.fromkeys(name for source in sources for name in source.element.fields):
        if not any(_should_have(context, type_, source, name) for source in sources):
            continue
        having = [source.subgraph.name for source in sources if name in source.element.fields]
        lacking = [source.subgraph.name for source in sources if name not in source.element.fields]
        coordinate = f"{type_.name}.{name}"
        context.report.hint(
            code,
            f'Field "{coordinate}" of {kind} type "{type_.name}" is defined in some but not all subgraphs that '
            f'define "{type_.name}": "{coordinate}" is defined in {in_subgraphs(having)} but not in '
            f"{in_subgraphs(lacking)}.",
            names_of(sources),
        )


def _should_have(context: MergeContext, type_: Type, source: Source[Type], name: str) -> bool:
    """Not if the subgraph resolves nothing of the type, or an interface object adds the field to it."""
    own = source.element
    if own.has(INTERFACE_OBJECT) or name in own.fields:
        return False
    if all(field.has(EXTERNAL) for field in own.fields.values()):
        return False
    added = (each.element for each in context.sources_of(type_.name) if each.element.has(INTERFACE_OBJECT))
    return not any(name in each.fields and not each.fields[name].has(EXTERNAL) for each in added)
