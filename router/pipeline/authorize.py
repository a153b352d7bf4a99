"""Takes out of an operation what its client may not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.telemetry import get_logger
from router.configuration.model import Authorization
from router.engine import Engine, Prepared
from router.metrics import UNAUTHORIZED
from router.pipeline.messages import RefusedError

_log = get_logger("router.authorize")


class Authorizer:
    """For every way that leads to the graph: HTTP, batches, REST, sockets."""

    def __init__(self, configuration: Authorization | None = None) -> None:
        self._configuration = configuration or Authorization()

    def check_client(self, claims: Mapping[str, Any] | None) -> None:
        """Raises RefusedError when only known clients may ask."""
        if claims is None and self._configuration.require_authentication:
            raise RefusedError(
                401, "UNAUTHENTICATED", "Send an access token.", {"www-authenticate": "Bearer"}
            )

    def restrict(self, engine: Engine, prepared: Prepared, claims: Mapping[str, Any] | None) -> Prepared:
        """The operation without the fields that the client may not have. Raises RefusedError, OperationError."""
        directives = self._configuration.directives
        if not prepared.demands or not directives.enabled:
            return prepared
        scopes = _names(claims, "scope") | _names(claims, "scp")
        policies = _names(claims, directives.policies_claim)
        denied = frozenset(
            demand
            for demand in prepared.demands
            if not demand.is_met(is_authenticated=claims is not None, scopes=scopes, policies=policies)
        )
        if not denied:
            return prepared
        restricted = engine.restrict(prepared, denied)
        UNAUTHORIZED.inc(len(restricted.denials))
        if directives.errors.log:
            coordinates = sorted({denial.coordinate for denial in restricted.denials})
            _log.info("fields_denied", operation=prepared.operation.name, fields=coordinates)
        if directives.dry_run:
            return prepared
        if directives.reject_unauthorized:
            status, code = (401, "UNAUTHENTICATED") if claims is None else (403, "FORBIDDEN")
            raise RefusedError(status, code, "The operation asks for what you may not have.")
        return restricted


def _names(claims: Mapping[str, Any] | None, claim: str) -> frozenset[str]:
    """Of a claim that is a list, or words with spaces between (RFC 8693)."""
    value = (claims or {}).get(claim)
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(map(str, value)) if isinstance(value, (list, tuple, set, frozenset)) else frozenset()
