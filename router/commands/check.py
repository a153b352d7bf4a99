"""Check whether a new schema may take the place of an old one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from router.commands.load import compose_file, load_errors
from router.config import ConfigError
from router.core.checks import (
    CheckReport,
    RecordedOperation,
    RecordError,
    SchemaError,
    check_schemas,
    print_report,
    read_documents,
    read_records,
    read_schema,
    report_as_json,
)
from router.core.checks.changes import LEVELS
from router.core.composition import CompositionError

FAILURE_STATUS = 2
"""When nothing could be checked; 1 says that the check found something."""

_DOCUMENTS = (".graphql", ".gql")
_RECORDS = (".jsonl", ".ndjson")


def expected_errors() -> tuple[type[Exception], ...]:
    return (*load_errors(), SchemaError, RecordError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = "supergraph SDL, plain SDL, or supergraph.yaml, which is composed"
    parser.add_argument("--schema", type=Path, required=True, metavar="NEW", help=kinds)
    parser.add_argument("--against", type=Path, required=True, metavar="OLD", help=kinds)
    parser.add_argument(
        "--operations",
        type=Path,
        metavar="PATH",
        help="recorded operations: a .graphql file, a .jsonl file of requests, or a folder of such files",
    )
    parser.add_argument("--format", choices=["human", "json"], default="human")
    parser.add_argument(
        "--fail-on",
        choices=["breaking", "dangerous"],
        default="breaking",
        help="what makes the exit status 1",
    )


def run(arguments: argparse.Namespace) -> int:
    """0: may be published; 1: may not."""
    report = _check(arguments)
    if arguments.format == "json":
        sys.stdout.write(json.dumps(report_as_json(report), indent=2) + "\n")
    else:
        print(print_report(report))
    return int(LEVELS.index(report.worst) <= LEVELS.index(arguments.fail_on))


def _check(arguments: argparse.Namespace) -> CheckReport:
    old = read_schema(_read_sdl(arguments.against))
    try:
        sdl = _read_sdl(arguments.schema)
    except CompositionError as error:
        return CheckReport(composition_problems=error.problems)
    operations = _read_operations(arguments.operations) if arguments.operations else None
    report = check_schemas(old, read_schema(sdl), operations)
    if report.operations == 0:
        # Nothing would be used then, and every change safe.
        raise ConfigError(f"{arguments.operations}: no operations that {arguments.against} takes")
    return report


def _read_sdl(path: Path) -> str:
    """Raises one of ``load_errors()``."""
    is_config = path.suffix in {".yaml", ".yml"}
    return compose_file(path) if is_config else path.read_text()


def _read_operations(path: Path) -> Iterator[RecordedOperation]:
    """Raises ConfigError, RecordError or OSError."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.suffix in _DOCUMENTS:
            yield from read_documents({str(file): file.read_text()})
        elif file.suffix in _RECORDS:
            with file.open() as lines:
                yield from read_records(lines, str(file))
        elif not path.is_dir():
            raise ConfigError(f"{path}: must be a folder or end in {', '.join(_DOCUMENTS + _RECORDS)}")
