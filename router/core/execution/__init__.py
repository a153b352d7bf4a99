"""Runs a plan without I/O: says what to fetch, takes what came back, gives the answer."""

from router.core.execution.execution import Execution
from router.core.execution.messages import FetchFailure, FetchRequest

__all__ = ["Execution", "FetchFailure", "FetchRequest"]
