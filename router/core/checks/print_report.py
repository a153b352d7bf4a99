"""A report for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from router.core.checks.changes import LEVELS
from router.core.checks.check import CheckReport, JudgedChange

_NAMES_SHOWN = 5
_TITLES = {"breaking": "Breaking", "dangerous": "Dangerous", "safe": "Safe"}
_VERDICTS = {
    "breaking": "The new schema breaks clients.",
    "dangerous": "The new schema breaks nobody; some changes are worth a look.",
    "safe": "The new schema is safe.",
}


def print_report(report: CheckReport) -> str:
    """For people: the worst first, the verdict last."""
    if report.composition_problems:
        problems = [f"  {each.code}: {each.message}" for each in report.composition_problems]
        return "\n".join(["The new subgraphs do not compose", *problems])
    sections = [
        *(_section(title, report, level) for level, title in _TITLES.items()),
        _operations("Recorded operations that break", report.broken),
        _operations("Recorded operations that are invalid already (not counted)", report.outdated),
        [_verdict(report)],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _section(title: str, report: CheckReport, level: str) -> list[str]:
    judged = [each for each in report.changes if each.level == level]
    if not judged:
        return []
    return [f"{title} ({len(judged)})", *(f"  {_line(each)}" for each in judged)]


def _line(judged: JudgedChange) -> str:
    change = judged.change
    line = f"{change.code}  {change.message}"
    if judged.hits is None:
        return line
    if judged.hits:
        return f"{line} Felt by {_named(judged.hits)}."
    return (
        line
        if change.level == "safe"
        else f"{line} {_TITLES[change.level]}, but no recorded operation feels it."
    )


def _named(hits: Mapping[str, int]) -> str:
    names = sorted(hits, key=lambda name: (-hits[name], name))
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _operations(title: str, problems: Mapping[str, tuple[str, ...]]) -> list[str]:
    if not problems:
        return []
    lines = [f"  {name}: {message}" for name in sorted(problems) for message in problems[name]]
    return [f"{title} ({len(problems)})", *lines]


def _verdict(report: CheckReport) -> str:
    if not report.changes:
        return "The schemas are the same to clients."
    if report.operations is None:
        return _VERDICTS[report.worst]
    return f"{_VERDICTS[report.worst]} Recorded operations: {report.operations}."


def report_as_json(report: CheckReport) -> dict[str, Any]:
    """For programs. ``level`` is that of the change, ``level_for_operations`` what it is to recorded traffic."""
    return {
        "verdict": report.worst,
        "counts": {level: sum(each.level == level for each in report.changes) for level in LEVELS},
        "changes": [_change_as_json(each) for each in report.changes],
        "operations": report.operations,
        "broken_operations": {name: list(problems) for name, problems in sorted(report.broken.items())},
        "outdated_operations": {name: list(problems) for name, problems in sorted(report.outdated.items())},
        "composition_problems": [
            {"code": each.code, "message": each.message, "subgraphs": list(each.subgraphs)}
            for each in report.composition_problems
        ],
    }


def _change_as_json(judged: JudgedChange) -> dict[str, Any]:
    change = judged.change
    return {
        "level": change.level,
        "level_for_operations": None if judged.hits is None else judged.level,
        "code": change.code,
        "coordinate": change.coordinate,
        "message": change.message,
        "felt_by": None if judged.hits is None else dict(sorted(judged.hits.items())),
    }
