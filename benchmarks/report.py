"""Rows of figures as a table for people and as JSON for programs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Row: TypeAlias = Mapping[str, str | float]
"""``name``, and figures whose keys carry their unit."""


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")


def report(rows: Sequence[Row], json_file: Path | None) -> None:
    """Prints, and writes if a file is named."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([_show(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    for line in cells:
        print(
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        )
    if json_file is not None:
        json_file.write_text(json.dumps(list(rows), indent=1) + "\n")


def _show(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
