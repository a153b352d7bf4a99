"""How often a job was begun, so that one which kills its workers is put aside with what was said, and not begun for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import BaseModel

from kit.outage import is_outage
from media.core.errors import RejectedError
from media.core.layout import Layout, tries_marker
from media.runner import ChildError
from media.shelf import Shelf

_DIED = "its worker died"


class Try(BaseModel):
    """``said``: what it failed of, with the end of what ffmpeg wrote."""

    began_at_s: float
    said: str = _DIED


class TryLog(BaseModel):
    """Marker beside what a job makes; it stays there when the job is given up."""

    tries: list[Try] = []


class GivenUpError(Exception):
    """The job was begun too often and never finished."""

    def __init__(self, log: TryLog) -> None:
        super().__init__(f"given up after {len(log.tries)} tries; the last: {log.tries[-1].said[-500:]}")
        self.log = log


class Tries:
    """Of one attempt to have a file converted, see ``tries_marker``."""

    def __init__(self, shelf: Shelf, layout: Layout, attempt: int | None, at_most: int) -> None:
        self._shelf = shelf
        self._layout = layout
        self._name = tries_marker(attempt)
        self._at_most = at_most

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Counts what is done inside, unless a server was away; what ends well, or is the file's fault, is forgotten. A
        worker that is killed inside has counted, so only the job whose turn it is may be inside.

        Raises GivenUpError instead of beginning once too often.
        """
        log = await self._shelf.read_marker(self._layout, self._name, TryLog) or TryLog()
        if len(log.tries) >= self._at_most:
            raise GivenUpError(log)
        begun = Try(began_at_s=time.time())
        await self._write([*log.tries, begun])
        try:
            yield
        except RejectedError:
            await self._write([])
            raise
        except asyncio.CancelledError:
            await self._write(log.tries)
            raise
        except Exception as error:
            said = [] if is_outage(error) else [begun.model_copy(update={"said": _words(error)})]
            await self._write([*log.tries, *said])
            raise
        await self._write([])

    async def forget(self) -> None:
        """Of a job that is done: its worker may have died before it forgot them."""
        await self._write([])

    async def _write(self, tries: list[Try]) -> None:
        if not tries:
            await self._shelf.remove_marker(self._layout, self._name)
            return
        await self._shelf.write_marker(self._layout, self._name, TryLog(tries=tries))


def _words(error: Exception) -> str:
    return error.tail if isinstance(error, ChildError) and error.tail else f"{type(error).__name__}: {error}"
