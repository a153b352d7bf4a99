"""What is told of a cost."""

from __future__ import annotations

import pytest

from router.core.demand import (
    ActualTooExpensiveError,
    CostReport,
    EstimatedTooExpensiveError,
    SlicingArgumentsError,
)


@pytest.mark.parametrize(
    ("report", "result"),
    [
        (CostReport(estimated=10, maximum=10), "COST_OK"),
        (CostReport(estimated=10, maximum=10).with_actual(10), "COST_OK"),
        (CostReport(estimated=10.5, maximum=10), "COST_ESTIMATED_TOO_EXPENSIVE"),
        (CostReport(estimated=10.5, maximum=10).with_actual(1), "COST_ESTIMATED_TOO_EXPENSIVE"),
        (CostReport(estimated=1, maximum=10).with_actual(11), "COST_ACTUAL_TOO_EXPENSIVE"),
    ],
)
def test_a_cost_has_a_result(report: CostReport, result: str) -> None:
    assert report.result == result
    assert (report.error.code if report.error else "COST_OK") == result


def test_the_extension_is_apollos() -> None:
    report = CostReport(estimated=4, maximum=1000)
    assert report.extension() == {
        "estimated": 4,
        "strategy": "static_estimated",
        "max": 1000,
        "result": "COST_OK",
    }
    assert report.with_actual(2).extension() == {**report.extension(), "actual": 2}


def test_errors_are_told_with_their_figures() -> None:
    assert EstimatedTooExpensiveError(1200, 1000).formatted == {
        "message": "The operation may cost 1200; 1000 is allowed.",
        "extensions": {"code": "COST_ESTIMATED_TOO_EXPENSIVE", "cost.estimated": 1200, "cost.max": 1000},
    }
    assert ActualTooExpensiveError(1200, 1000).formatted == {
        "message": "The operation did cost 1200; 1000 is allowed.",
        "extensions": {"code": "COST_ACTUAL_TOO_EXPENSIVE", "cost.actual": 1200, "cost.max": 1000},
    }
    assert SlicingArgumentsError("Query.users", ("first", "last"), 2).formatted == {
        "message": "Query.users takes exactly one of its slicing arguments (first, last), not 2.",
        "extensions": {"code": "COST_QUERY_PARSE_FAILURE"},
    }
