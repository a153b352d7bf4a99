"""Taking connections from a socket that several processes share."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from kit.telemetry import get_logger
from kit.workers.board import Board

_PAUSE_S = 1.0
"""After the system refused one, for want of file descriptors for instance."""
_COURTESY_S = 0.002
"""How long a connection waits for a worker that has fewer."""
_log = get_logger("workers")


class SharedListener:
    """Takes one connection each turn of the loop, and lets those go first who have fewer. The loop's own server takes all
    that wait, so that one worker gets whatever arrives at once, and keeps it as long as clients keep connections.

    ``listener`` is nobody else's in this process. ``count`` tells how many connections there are.
    """

    def __init__(
        self,
        listener: socket.socket,
        make_protocol: Callable[[], asyncio.Protocol],
        board: Board,
        count: Callable[[], int],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._make_protocol = make_protocol
        self._board = board
        self._count = count
        self._opening: set[asyncio.Task[object]] = set()
        self._pause: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        self._listen()

    def close(self) -> None:
        """Takes no more, and gives the socket up. May be called again."""
        if self._listener.fileno() < 0:
            return
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._listener)
        self._listener.close()

    async def wait_closed(self) -> None:
        """Returns when everything that was taken has a protocol."""
        await asyncio.gather(*self._opening, return_exceptions=True)

    def _listen(self) -> None:
        self._loop.add_reader(self._listener, self._take_in_turn)

    def _listen_after(self, seconds: float) -> None:
        self._loop.remove_reader(self._listener)
        self._pause = self._loop.call_later(seconds, self._listen)

    def _take_in_turn(self) -> None:
        own = self._count() + len(self._opening)
        self._board.tell(own)
        if own <= self._board.fewest():
            self._take()
        else:
            self._loop.remove_reader(self._listener)
            self._pause = self._loop.call_later(_COURTESY_S, self._take_after_all)

    def _take_after_all(self) -> None:
        """Nobody else may be there to take it."""
        self._listen()
        self._take()

    def _take(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another worker was faster, or the client is gone
        except OSError as error:
            _log.warning("connection_not_taken", reason=str(error), again_in_s=_PAUSE_S)
            self._listen_after(_PAUSE_S)
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._open(connection))
        self._opening.add(task)
        self._board.tell(self._count() + len(self._opening))
        task.add_done_callback(self._opening.discard)

    async def _open(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._make_protocol, connection)
        except OSError as error:
            _log.info("connection_not_opened", reason=str(error))
            connection.close()
