"""A subgraph in this process: a function call, no JSON between."""

from __future__ import annotations

import asyncio
from typing import Any

from contracts.subgraph import SubgraphExecutor, SubgraphRequest, SubgraphUnavailableError
from kit.telemetry import get_logger

_log = get_logger("router.local")


class LocalTransport:
    """Calls an executor that the composition root hands over."""

    def __init__(self, name: str, executor: SubgraphExecutor) -> None:
        self._name = name
        self._executor = executor

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """See Transport. A defect in the executor costs its own fields, as an outage of its process would."""
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._executor(request)
        except SubgraphUnavailableError:
            raise
        except TimeoutError as error:
            raise SubgraphUnavailableError(self._name, "timed out") from error
        except Exception as error:
            _log.exception("subgraph_failed", subgraph=self._name)
            raise SubgraphUnavailableError(self._name, "internal error") from error

    async def close(self) -> None:
        """Nothing to give back; the executor is not ours."""
