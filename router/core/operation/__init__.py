"""An operation as a client wrote it: parsed, validated, its fragments inlined, its variables checked."""

from router.core.operation.limits import OperationLimits
from router.core.operation.prepare import Operation, OperationError, OperationKind, prepare_operation

__all__ = ["Operation", "OperationError", "OperationKind", "OperationLimits", "prepare_operation"]
