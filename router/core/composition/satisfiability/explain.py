"""Say why a query can't be satisfied, in the words that Apollo's composition uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from router.core.composition.federation_spec import EXTERNAL, OVERRIDE, REQUIRES
from router.core.composition.field_sets import parse_field_set, walk_field_set
from router.core.composition.model import ROOT_TYPES, Field
from router.core.composition.problems import in_subgraphs
from router.core.composition.satisfiability.places import Place
from router.core.composition.satisfiability.reach import Contexts, Places, Reach
from router.core.composition.type_refs import named_type


class Step(NamedTuple):
    """A field taken on a runtime type."""

    type: str
    field: str


Path = tuple[Step, ...]


def explain(reach: Reach, path: Path, places: Places, contexts: Contexts) -> str:
    """``path`` ends with the field that nobody resolves; ``places`` is where its parent can be had."""
    query = print_query(reach, path)
    reasons = "\n".join(_reasons(reach, path[-1], places, contexts))
    return (
        f"The following supergraph API query:\n{query}\n"
        f"cannot be satisfied by the subgraphs because:\n{reasons}"
    )


def explain_unknown_type(reach: Reach, path: Path, runtime: str, places: Places) -> str:
    """``path`` leads to a value that might be a ``runtime``; no subgraph that can be reached could tell."""
    query = print_query(reach, path)
    reasons = "\n".join(
        f'- from subgraph "{place.subgraph}": no subgraph can be reached to resolve the implementation type '
        f'"{runtime}" of @interfaceObject type "{place.type}".'
        for place in sorted(places)
    )
    return (
        f"The following supergraph API query:\n{query}\n"
        f"cannot be satisfied by the subgraphs because:\n{reasons}"
    )


def print_query(reach: Reach, path: Path) -> str:
    """An operation that takes the path, with an ellipsis for whatever is below a last field that is no leaf."""
    return "\n".join(_query(reach, path))


def _query(reach: Reach, path: Path) -> Iterator[str]:
    """The selections from the root to the last field, narrowed wherever a field's type is abstract."""
    operations = {type_name: operation for operation, type_name in ROOT_TYPES.items()}
    operation = operations[path[0].type]
    opening = "{" if operation == "query" else f"{operation} {{"
    openings, declared = [opening], path[0].type
    for step in path:
        if step.type != declared:
            openings.append(f"... on {step.type} {{")
        declared = named_type(reach.types[step.type].fields[step.field].type)
        openings.append(f"{step.field} {{")
    is_composite = declared in reach.types and bool(reach.types[declared].fields)
    if is_composite or (declared in reach.types and bool(reach.types[declared].members)):
        openings.append("...")
    else:
        openings[-1] = path[-1].field
    for depth, text in enumerate(openings):
        yield "  " * depth + text
    for depth in reversed(range(len(openings) - 1)):
        yield "  " * depth + "}"


def _reasons(reach: Reach, step: Step, places: Places, contexts: Contexts) -> Iterator[str]:
    reached = reach.closure(step.type, places)
    for name in sorted({place.subgraph for place in reached}):
        at = next(place for place in reached if place.subgraph == name)
        reasons = [_no_field(reach, step, at, contexts), *_no_moves(reach, step, reached, name)]
        if len(reasons) == 1:
            yield f'- from subgraph "{name}": {reasons[0]}'
        else:
            yield f'- from subgraph "{name}":'
            yield from (f"  - {reason}" for reason in reasons)


def _no_field(reach: Reach, step: Step, at: Place, contexts: Contexts) -> str:
    field = reach.subgraphs[at.subgraph].types[at.type].fields.get(step.field)
    coordinate = f"{step.type}.{step.field}"
    if field is None:
        return f'cannot find field "{coordinate}".'
    if field.has(EXTERNAL):
        return f'field "{coordinate}" is not resolvable because marked @external.'
    if not reach.has_contexts(at, field, contexts):
        return f'could not find a match for required context for field "{coordinate}".'
    label = reach.migrated_away(at, field)
    if label is not None:
        return _migrated(at, field, *label)
    if field.has(REQUIRES):
        return f'cannot satisfy @require conditions on field "{coordinate}".'
    overriding = in_subgraphs(_overriding(reach, at, step.field))
    return f'field "{coordinate}" is not resolvable because it is overridden by {overriding}.'


def _migrated(at: Place, field: Field, label: str, value: bool) -> str:
    place, target = at.subgraph, named_type(field.type)
    return (
        f"Unable to take edge {at.type}({place}) -> {target}({place}) ({label} = {_lower(not value)} ⊢ "
        f'{field.name}) because override condition "{label}" is {_lower(value)}.'
    )


def _lower(value: bool) -> str:
    return str(value).lower()


def _overriding(reach: Reach, at: Place, field: str) -> list[str]:
    found = []
    for subgraph in reach.subgraphs.values():
        type_ = subgraph.types.get(at.type)
        applied = type_.fields[field].first(OVERRIDE) if type_ and field in type_.fields else None
        if applied is not None and applied.text("from") == at.subgraph:
            found.append(subgraph.name)
    return found


def _no_moves(reach: Reach, step: Step, reached: Places, origin: str) -> Iterator[str]:
    here = {place.subgraph for place in reached}
    for subgraph in reach.subgraphs.values():
        for name in reach.stand_ins(subgraph, step.type):
            field = subgraph.types[name].fields.get(step.field)
            if subgraph.name in here or field is None or field.has(EXTERNAL):
                continue
            keys = [key.text("fields") for key in reach.keys(step.type, Place(subgraph.name, name), reached)]
            move = f'cannot move to subgraph "{subgraph.name}"'
            if not keys:
                yield (
                    f'{move}, which has field "{step.type}.{step.field}", because type "{step.type}" has no '
                    f'@key defined in subgraph "{subgraph.name}".'
                )
            for key in keys:
                yield (
                    f'{move} using @key(fields: "{key}") of "{step.type}", the key field(s) cannot be resolved '
                    f'from subgraph "{origin}"{_overridden_note(reach, step.type, key, origin)}.'
                )


def _overridden_note(reach: Reach, type_name: str, key: str | None, origin: str) -> str:
    types = reach.subgraphs[origin].types
    if type_name not in types:
        return ""
    selected = walk_field_set(types, type_name, parse_field_set(key or ""))
    if any(reach.is_overridden(origin, field.coordinate) for field in selected):
        return f' (note that some of those key fields are overridden in "{origin}")'
    return ""
