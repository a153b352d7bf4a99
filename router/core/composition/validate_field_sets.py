"""Field sets must select what is there: ``@key`` on its type, ``@requires`` beside its field, ``@provides`` below it."""

from __future__ import annotations

from router.core.composition.check_field_set import FieldSetRule, check_field_set
from router.core.composition.federation_spec import KEY, PROVIDES, REQUIRES
from router.core.composition.model import Directive, Field, Kind, Subgraph, Type
from router.core.composition.problems import Report
from router.core.composition.type_refs import named_type

_KEY = FieldSetRule("key", "KEY", may_select_abstract=False)
_REQUIRES = FieldSetRule("requires", "REQUIRES", may_have_arguments=True, leaves_are_external=True)
_PROVIDES = FieldSetRule("provides", "PROVIDES", leaves_are_external=True)


def validate_field_sets(subgraph: Subgraph, report: Report) -> None:
    for type_ in subgraph.types.values():
        for key in type_.applied(KEY):
            _check(subgraph, _KEY, type_.name, key, f'On type "{type_.name}"', report=report)
        for field in type_.fields.values():
            _validate_field(subgraph, type_, field, report)


def _validate_field(subgraph: Subgraph, type_: Type, field: Field, report: Report) -> None:
    where = f'On field "{type_.name}.{field.name}"'
    for requires in field.applied(REQUIRES):
        _check(subgraph, _REQUIRES, type_.name, requires, where, report=report)
    for provides in field.applied(PROVIDES):
        target = subgraph.types.get(named_type(field.type))
        if target is None or target.kind not in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION):
            report.problem(
                "PROVIDES_ON_NON_OBJECT_FIELD",
                f'[{subgraph.name}] Invalid @provides directive on field "{type_.name}.{field.name}": field has '
                f'type "{field.type}" which is not a Composite Type',
                [subgraph.name],
            )
        else:
            _check(subgraph, _PROVIDES, target.name, provides, where, report=report)


def _check(
    subgraph: Subgraph, rule: FieldSetRule, parent: str, directive: Directive, where: str, *, report: Report
) -> None:
    text = directive.text("fields")
    written = "" if text is None else f'(fields: "{text}")'
    for fault in check_field_set(subgraph, rule, parent, directive):
        report.problem(
            fault.code,
            f"[{subgraph.name}] {where}, for @{rule.directive}{written}: {fault.message}",
            [subgraph.name],
        )
