"""A new supergraph goes live without a restart: requests under way end with the old one, the next take the new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from kit.telemetry import get_logger
from router.assemble import engine_figures, open_http_transports
from router.core.supergraph import load_supergraph
from router.engine import Engine
from router.metrics import RELOADS
from router.pipeline.handle import Pipeline
from router.transports import Transport
from router.transports.response_store import ResponseStore

_LOOK_EVERY_S = 1.0
_log = get_logger("router.reload")


class Reloader:
    """Belongs to one pipeline. ``read`` gives the supergraph's SDL as it is now."""

    def __init__(
        self,
        pipeline: Pipeline,
        transports: Mapping[str, Transport],
        read: Callable[[], str],
        responses: ResponseStore | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._responses = responses
        self._transports = transports
        self._read = read
        self._retired: set[asyncio.Task[None]] = set()

    async def watch(self, every_s: float = _LOOK_EVERY_S) -> None:
        """Looks for another supergraph until cancelled. One that can't be used changes nothing."""
        known = await asyncio.to_thread(self._read)
        while True:
            await asyncio.sleep(every_s)
            try:
                found = await asyncio.to_thread(self._read)
                if found != known:
                    known = found
                    await self.take(found)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with the new one, the old one serves on
                RELOADS.labels("refused").inc()
                _log.error("supergraph_refused", reason=str(error)[:500])

    async def take(self, sdl: str) -> None:
        """Makes it live, with what was asked for last planned beforehand. Raises what loading raises."""
        old, configuration = self._pipeline.engine, self._pipeline.configuration
        supergraph = await asyncio.to_thread(load_supergraph, sdl)
        transports = open_http_transports(supergraph, configuration, self._responses)
        engine = Engine(supergraph, transports, engine_figures(configuration))
        await engine.warm_up(old, configuration.supergraph.query_planning.warmed_up_queries)
        self._pipeline.engine = engine
        retired, self._transports = self._transports, transports
        RELOADS.labels("live").inc()
        _log.info("supergraph_live", subgraphs=sorted(supergraph.subgraphs))
        task = asyncio.create_task(_close_later(retired, configuration.traffic_shaping.router.timeout))
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)

    async def close(self) -> None:
        """Gives all connections back."""
        for task in self._retired:
            task.cancel()
        await asyncio.gather(*self._retired, return_exceptions=True)
        await _close(self._transports)


async def _close_later(transports: Mapping[str, Transport], after_s: float) -> None:
    """When every request that might use them is over."""
    try:
        await asyncio.sleep(after_s)
    finally:
        await _close(transports)


async def _close(transports: Mapping[str, Transport]) -> None:
    for transport in transports.values():
        await transport.close()
