"""Directives that clients may write in their documents; those of schemas are nothing to them."""

from __future__ import annotations

from functools import partial

from graphql import DirectiveLocation, GraphQLDirective, GraphQLSchema

from router.core.checks.changes import Change, Changes, Trace, Use, argument, at_location
from router.core.checks.compare_deprecations import compare_descriptions
from router.core.checks.compare_input_values import compare_input_values

_IN_DOCUMENTS = frozenset(
    {
        DirectiveLocation.QUERY,
        DirectiveLocation.MUTATION,
        DirectiveLocation.SUBSCRIPTION,
        DirectiveLocation.FIELD,
        DirectiveLocation.FRAGMENT_DEFINITION,
        DirectiveLocation.FRAGMENT_SPREAD,
        DirectiveLocation.INLINE_FRAGMENT,
        DirectiveLocation.VARIABLE_DEFINITION,
    }
)


def compare_directives(old: GraphQLSchema, new: GraphQLSchema) -> Changes:
    before, after = _executable(old), _executable(new)
    for name in sorted(before):
        coordinate = f"@{name}"
        if name in after:
            yield from _compare(coordinate, before[name], after[name])
        else:
            applied = (Trace(Use.APPLIES, coordinate),)
            yield Change("breaking", "DIRECTIVE_REMOVED", coordinate, f"{coordinate} was removed.", applied)
    for name in sorted(after.keys() - before.keys()):
        yield Change("safe", "DIRECTIVE_ADDED", f"@{name}", f"@{name} was added.")


def _executable(schema: GraphQLSchema) -> dict[str, GraphQLDirective]:
    return {each.name: each for each in schema.directives if _IN_DOCUMENTS.intersection(each.locations)}


def _compare(coordinate: str, old: GraphQLDirective, new: GraphQLDirective) -> Changes:
    applied = Trace(Use.APPLIES, coordinate)
    yield from compare_descriptions(coordinate, old, new)
    yield from compare_input_values(
        "DIRECTIVE_ARGUMENT", old.args, new.args, partial(argument, coordinate), applied
    )
    if old.is_repeatable and not new.is_repeatable:
        message = f"{coordinate} may not be repeated any more."
        yield Change("breaking", "DIRECTIVE_REPEATABLE_REMOVED", coordinate, message, (applied,))
    elif new.is_repeatable and not old.is_repeatable:
        yield Change("safe", "DIRECTIVE_REPEATABLE_ADDED", coordinate, f"{coordinate} may be repeated now.")
    yield from _compare_locations(coordinate, old, new)


def _compare_locations(coordinate: str, old: GraphQLDirective, new: GraphQLDirective) -> Changes:
    before, after = (
        {location.name for location in _IN_DOCUMENTS.intersection(each.locations)} for each in (old, new)
    )
    for location in sorted(before - after):
        applied = (Trace(Use.APPLIES, at_location(coordinate, location)),)
        message = f"{coordinate} may not stand on {location} any more."
        yield Change("breaking", "DIRECTIVE_LOCATION_REMOVED", coordinate, message, applied)
    for location in sorted(after - before):
        message = f"{coordinate} may stand on {location} now."
        yield Change("safe", "DIRECTIVE_LOCATION_ADDED", coordinate, message)
