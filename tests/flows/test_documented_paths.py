"""Every file that the documentation names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = [Path("README.md"), *sorted(Path("docs").rglob("*.md")), Path("benchmarks/README.md")]
_QUOTED = re.compile(r"`([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+/?)`")
_LINKED = re.compile(r"\]\(([^)#:]+)\)")
_ROOMS = {path.name for path in Path().iterdir() if path.is_dir()}


def _named(page: Path) -> set[Path]:
    """Quoted paths that begin with a folder of ours, and links to files beside the page."""
    text = page.read_text()
    quoted = {Path(path) for path in _QUOTED.findall(text) if path.split("/")[0] in _ROOMS}
    return quoted | {page.parent / link for link in _LINKED.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_paths_exist(page: Path) -> None:
    missing = sorted(str(path) for path in _named(page) if not path.exists())
    assert missing == []


@pytest.mark.parametrize("flow", ["request", "event"])
def test_a_flow_names_its_steps_in_order(flow: str) -> None:
    rows = re.findall(r"^\| (\d+) \| `([^`]+)`", Path(f"docs/flows/{flow}.md").read_text(), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 15
