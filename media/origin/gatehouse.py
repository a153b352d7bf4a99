"""How videos stand, as this process knows it: never older than ``kept_s``, whatever hint was lost."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from contracts.playback import GATES_CHANNEL, Access, Gate
from kit.playback import Gates
from kit.pubsub import PubSub
from kit.storage import StorageError
from kit.telemetry import get_logger

_log = get_logger("origin")


@dataclass(frozen=True, slots=True)
class GatehouseFigures:
    """Half of the second within which a takedown has to hold."""

    kept_s: float = 0.5
    videos: int = 100_000


class Gatehouse:
    """Asks once for all who ask at the same time."""

    def __init__(self, gates: Gates, figures: GatehouseFigures | None = None) -> None:
        self._gates = gates
        self._figures = figures or GatehouseFigures()
        self._known: OrderedDict[str, tuple[float, Gate | None]] = OrderedDict()
        self._asking: dict[str, asyncio.Future[Gate | None]] = {}

    async def find(self, video: str) -> Gate | None:
        """None for a video that nobody ever let anybody watch. Raises StorageError."""
        known = self._known.get(video)
        if known is not None and monotonic() - known[0] < self._figures.kept_s:
            return known[1]
        asking = self._asking.get(video)
        if asking is None:
            asking = self._asking[video] = asyncio.ensure_future(self._ask(video))
            asking.add_done_callback(_heed)
        return await asyncio.shield(asking)

    def forget(self, video: str) -> None:
        """Whoever asks from now on is told what is true now."""
        self._known.pop(video, None)
        self._asking.pop(video, None)

    async def listen(self, pubsub: PubSub, on_closed: Callable[[str], None]) -> None:
        """For ever; ``on_closed`` hears of videos that nobody may read any more."""
        async for _, hint in pubsub.subscribe([GATES_CHANNEL]):
            video = str(hint.get("video"))
            self.forget(video)
            try:
                gate = await self.find(video)
            except StorageError as error:  # whoever asks finds out
                _log.warning("gate_not_read", reason=str(error))
            else:
                if gate is not None and gate.access is Access.CLOSED:
                    on_closed(video)

    async def _ask(self, video: str) -> Gate | None:
        asked_at = monotonic()
        this = asyncio.current_task()
        try:
            gate = await self._gates.find(video)
        except BaseException:
            if self._asking.get(video) is this:
                del self._asking[video]
            raise
        if self._asking.get(video) is this:
            del self._asking[video]
            self._known[video] = asked_at, gate
            self._known.move_to_end(video)
            if len(self._known) > self._figures.videos:
                self._known.popitem(last=False)
        return gate


def _heed(asking: asyncio.Future[Gate | None]) -> None:
    """Its failure is for those who wait; when none is left, it is no news."""
    if not asking.cancelled():
        asking.exception()
