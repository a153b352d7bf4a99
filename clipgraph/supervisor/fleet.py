"""Children together: started side by side, each watched and restarted by itself, stopped tier by tier."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence

from clipgraph.supervisor.backoff import Backoff
from clipgraph.supervisor.child import Child
from devstack.errors import DevStackError

# Front doors first; servers last, when nobody needs them any more.
STOP_ORDER = ("front", "back", "server")


class Fleet:
    """``say`` gets the lines that a person at the terminal should see."""

    def __init__(self, say: Callable[[str], None], *, ready_deadline_s: float = 60.0) -> None:
        self.children: list[Child] = []
        self._say = say
        self._ready_deadline_s = ready_deadline_s
        self._watchers: dict[str, asyncio.Task[None]] = {}

    async def start(self, children: Sequence[Child]) -> None:
        """Returns when all are ready; from then on each is kept running. Raises the first failure."""
        self.children += children
        try:
            async with asyncio.TaskGroup() as group:
                for child in children:
                    group.create_task(self._start_first_time(child))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def stop(self) -> None:
        """Stops watching, then stops the children, a tier at a time, each tier at once."""
        watchers = list(self._watchers.values())
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
        for tier in STOP_ORDER:
            await asyncio.gather(*(child.stop() for child in self.children if child.kind == tier))

    def kill(self) -> None:
        """Ends all at once, for who cannot wait for ``stop``."""
        for child in self.children:
            child.kill()

    async def _start_first_time(self, child: Child) -> None:
        await child.start(self._ready_deadline_s)
        self._say(f"{child.name} ready after {child.ran_s:.1f} s")
        self._watchers[child.name] = asyncio.create_task(self._keep_running(child), name=child.name)

    async def _keep_running(self, child: Child) -> None:
        backoff = Backoff()
        while True:
            status = await child.wait()
            delay_s = backoff.delay_after(child.ran_s)
            self._say(f"{child.name} {describe_exit(status)}; starting it again")
            while not await self._restart(child, delay_s):
                delay_s = backoff.delay_after(0.0)
                if backoff.is_crash_loop:
                    self._say(f"{child.name} does not stay up: next try in {delay_s:.0f} s, see {child.log}")

    async def _restart(self, child: Child, delay_s: float) -> bool:
        child.wait_for_restart()
        await asyncio.sleep(delay_s)
        child.restarts += 1
        try:
            await child.start(self._ready_deadline_s)
        except DevStackError as error:
            self._say(f"{child.name}: {error}")
            return False
        self._say(f"{child.name} is back after {child.ran_s:.1f} s")
        return True


def describe_exit(status: int) -> str:
    """``was killed by SIGKILL`` or ``ended with status 3``."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"
