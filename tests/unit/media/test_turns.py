"""Who works next."""

from __future__ import annotations

import asyncio

import pytest

from media.turns import Turns


class _Workers:
    """Tasks that write their name down when it is their turn."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.order: list[str] = []

    async def start(self, name: str, *, is_urgent: bool) -> asyncio.Task[None]:
        task = asyncio.create_task(self._work(name, is_urgent=is_urgent))
        await asyncio.sleep(0)
        return task

    async def _work(self, name: str, *, is_urgent: bool) -> None:
        async with self.turns.taken(is_urgent=is_urgent):
            self.order.append(name)
            await asyncio.sleep(0)


async def test_the_urgent_go_first_each_kind_in_order_of_coming() -> None:
    workers = _Workers()
    async with workers.turns.taken(is_urgent=False):
        names = (("c", False), ("a", True), ("d", False), ("b", True))
        tasks = [await workers.start(name, is_urgent=is_urgent) for name, is_urgent in names]
        assert workers.order == []
    await asyncio.gather(*tasks)
    assert workers.order == ["a", "b", "c", "d"]


async def test_who_gives_up_waiting_holds_nobody_up() -> None:
    workers = _Workers()
    async with workers.turns.taken(is_urgent=True):
        gone = await workers.start("gone", is_urgent=True)
        late = await workers.start("late", is_urgent=True)
        last = await workers.start("last", is_urgent=False)
        gone.cancel()
        await asyncio.sleep(0)
    late.cancel()  # its turn has come, but it has not begun
    await last
    for task in (gone, late):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert workers.order == ["last"]


async def test_a_failure_ends_a_turn() -> None:
    workers = _Workers()
    with pytest.raises(ValueError, match="broken"):
        async with workers.turns.taken(is_urgent=True):
            raise ValueError("broken")
    await (await workers.start("next", is_urgent=False))
    assert workers.order == ["next"]


async def test_the_queue_is_those_whom_nobody_can_watch_yet() -> None:
    workers = _Workers()
    async with workers.turns.taken(is_urgent=True):
        tasks = [await workers.start(name, is_urgent=name != "c") for name in ("a", "b", "c")]
        assert workers.turns.waiting == 2
        tasks[0].cancel()
        assert workers.turns.waiting == 1
    await asyncio.gather(*tasks[1:])
    assert workers.turns.waiting == 0
