"""A draft's selection as GraphQL text."""

from __future__ import annotations

from router.core.planner.draft import Selected, SelectionDraft


def print_selection(draft: SelectionDraft) -> str:
    """``{ id name }`` on one line; an empty selection asks for ``__typename``."""
    parts = [_print_selected(selected) for selected in draft.fields.values()]
    parts += [
        f"... on {name} {print_selection(inner)}"
        for name, inner in draft.on_types.items()
        if not inner.is_empty
    ]
    return f"{{ {' '.join(parts) or '__typename'} }}"


def _print_selected(selected: Selected) -> str:
    field = selected.field
    key = selected.asked_as or field.response_key
    alias = "" if key == field.name else f"{key}: "
    selections = f" {print_selection(selected.inner)}" if field.selections else ""
    # A directive stands once at a place, so that a second @skip needs a fragment around the field.
    own = {condition.is_skip: condition for condition in field.conditions}
    conditions = "".join(f" {condition}" for condition in own.values())
    printed = f"{alias}{field.name}{field.arguments}{field.directives}{conditions}{selections}"
    for condition in field.conditions:
        if condition not in own.values():
            printed = f"... {condition} {{ {printed} }}"
    return printed
