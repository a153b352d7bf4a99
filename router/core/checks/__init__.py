"""Whether a new schema may take the place of an old one: for any client, and for the operations that were recorded."""

from router.core.checks.changes import Change, Level
from router.core.checks.check import CheckReport, JudgedChange, check_schemas
from router.core.checks.find_changes import find_changes
from router.core.checks.print_report import print_report, report_as_json
from router.core.checks.read_operations import RecordedOperation, RecordError, read_documents, read_records
from router.core.checks.read_schema import SchemaError, read_schema

__all__ = [
    "Change",
    "CheckReport",
    "JudgedChange",
    "Level",
    "RecordError",
    "RecordedOperation",
    "SchemaError",
    "check_schemas",
    "find_changes",
    "print_report",
    "read_documents",
    "read_records",
    "read_schema",
    "report_as_json",
]
