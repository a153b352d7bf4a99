"""What clients get to know of the errors of subgraphs, by ``include_subgraph_errors``."""

from __future__ import annotations

from typing import Any

from router.configuration.model import IncludeSubgraphErrors


class Redactor:
    """Takes messages and details out of errors; their place and code stay, which clients act on."""

    def __init__(self, configuration: IncludeSubgraphErrors | None = None) -> None:
        configuration = configuration or IncludeSubgraphErrors()
        self._all = configuration.all
        self._subgraphs = configuration.subgraphs
        self._is_needed = not (configuration.all and all(configuration.subgraphs.values()))

    def redact(self, response: dict[str, Any]) -> dict[str, Any]:
        """The response itself, changed; also of one in parts."""
        if self._is_needed:
            for part in (response, *response.get("incremental", ())):
                if part.get("errors"):
                    part["errors"] = [self._redacted(error) for error in part["errors"]]
        return response

    def _redacted(self, error: dict[str, Any]) -> dict[str, Any]:
        extensions = error.get("extensions") or {}
        service = extensions.get("service")
        if service is None or self._subgraphs.get(service, self._all):
            return error
        shown: dict[str, Any] = {"message": "Subgraph errors redacted"}
        if "path" in error:
            shown["path"] = error["path"]
        return {**shown, "extensions": {"code": extensions.get("code", "DOWNSTREAM_SERVICE_ERROR")}}
