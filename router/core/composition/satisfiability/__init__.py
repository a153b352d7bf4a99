"""Prove that whatever the supergraph offers can be fetched from the subgraphs."""

from __future__ import annotations

from router.core.composition.satisfiability.validate_satisfiability import validate_satisfiability

__all__ = ["validate_satisfiability"]
