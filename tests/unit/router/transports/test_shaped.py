"""Equal requests shared, lost ones sent again, subgraphs that are down left alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts.subgraph import SubgraphRequest, SubgraphUnavailableError
from router.transports.shaped import ShapedTransport, TrafficFigures


class Slow:
    """Answers when told to, with the number of the request."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.count = 0
        self.failures = 0

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        self.count += 1
        number = self.count
        async with asyncio.timeout(request.timeout_s):
            await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise SubgraphUnavailableError("a", "lost")
        return {"data": {"n": number, "q": request.query}}

    async def close(self) -> None:
        """Nothing to give back."""


def _query(text: str = "{ n }", **headers: str) -> SubgraphRequest:
    return SubgraphRequest(text, {"a": 1}, None, headers)


async def test_equal_queries_in_flight_are_one() -> None:
    slow = Slow()
    shaped = ShapedTransport("a", slow, TrafficFigures())
    tasks = [asyncio.create_task(shaped.execute(_query(traceparent=str(n)))) for n in range(5)]
    await asyncio.sleep(0)
    slow.gate.set()
    answers = await asyncio.gather(*tasks)
    assert slow.count == 1
    assert all(answer == {"data": {"n": 1, "q": "{ n }"}} for answer in answers)
    assert len({id(answer["data"]) for answer in answers}) == 5, "an execution changes what it gets"
    await shaped.execute(_query())
    assert slow.count == 2, "nothing is kept"


@pytest.mark.parametrize(
    "other",
    [
        _query("{ m }"),
        SubgraphRequest("{ n }", {"a": 2}),
        _query(authorization="Bearer b"),
        SubgraphRequest("mutation { n }", {"a": 1}),
    ],
)
async def test_what_differs_is_not_shared(other: SubgraphRequest) -> None:
    slow = Slow()
    slow.gate.set()
    shaped = ShapedTransport("a", slow, TrafficFigures())
    first = SubgraphRequest("mutation { n }", {"a": 1}) if other.query.startswith("mutation") else _query()
    await asyncio.gather(shaped.execute(first), shaped.execute(other))
    assert slow.count == 2


async def test_who_follows_is_answered_though_the_leader_is_gone() -> None:
    slow = Slow()
    shaped = ShapedTransport("a", slow, TrafficFigures())
    leader = asyncio.create_task(shaped.execute(_query()))
    followers = [asyncio.create_task(shaped.execute(_query())) for _ in range(3)]
    await asyncio.sleep(0)
    leader.cancel()
    await asyncio.sleep(0.01)
    slow.gate.set()
    answers = await asyncio.gather(*followers)
    assert [answer["data"]["n"] for answer in answers] == [2, 2, 2]
    assert leader.cancelled()


async def test_a_failure_is_shared_too() -> None:
    slow = Slow()
    slow.failures = 1
    shaped = ShapedTransport("a", slow, TrafficFigures())
    tasks = [asyncio.create_task(shaped.execute(_query())) for _ in range(3)]
    await asyncio.sleep(0)
    slow.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [SubgraphUnavailableError] * 3


async def test_queries_are_sent_again_and_mutations_are_not() -> None:
    slow = Slow()
    slow.gate.set()
    shaped = ShapedTransport("a", slow, TrafficFigures(retry_share=0.2))
    slow.failures = 2
    assert (await shaped.execute(_query()))["data"]["n"] == 3
    slow.failures = 1
    with pytest.raises(SubgraphUnavailableError):
        await shaped.execute(SubgraphRequest("mutation { n }"))
    slow.failures = 1
    with pytest.raises(SubgraphUnavailableError):
        await shaped.execute(SubgraphRequest("{ n }", extensions={"subscription": {"phase": "event"}}))


async def test_retries_are_few_when_all_is_lost() -> None:
    now = [0.0]
    slow = Slow()
    slow.gate.set()
    slow.failures = 1000
    figures = TrafficFigures(retry_share=0.1, retries_per_s=2, failures_before_open=None)
    shaped = ShapedTransport("a", slow, figures, now=lambda: now[0])
    for _ in range(50):
        with pytest.raises(SubgraphUnavailableError):
            await shaped.execute(_query())
    assert 50 < slow.count <= 50 + 2 + 6


async def test_a_subgraph_that_is_down_is_left_alone_then_tried_once() -> None:
    now = [0.0]
    slow = Slow()
    slow.gate.set()
    slow.failures = 4
    figures = TrafficFigures(failures_before_open=3, open_for_s=5)
    shaped = ShapedTransport("a", slow, figures, now=lambda: now[0])

    async def outcome() -> str:
        try:
            await shaped.execute(_query(id=str(slow.count)))
        except SubgraphUnavailableError as error:
            return error.reason
        return "ok"

    assert [await outcome() for _ in range(5)] == ["lost"] * 3 + ["left alone after many failures"] * 2
    assert slow.count == 3
    now[0] += 6
    assert [await outcome() for _ in range(2)] == ["lost", "left alone after many failures"]
    now[0] += 6
    assert [await outcome() for _ in range(3)] == ["ok"] * 3


async def test_a_slow_subgraph_counts_as_down() -> None:
    slow = Slow()
    shaped = ShapedTransport("a", slow, TrafficFigures(timeout_s=0.01, failures_before_open=2))
    reasons = []
    for _ in range(3):
        with pytest.raises(SubgraphUnavailableError) as failed:
            await shaped.execute(_query())
        reasons.append(failed.value.reason)
    assert reasons == ["timed out", "timed out", "left alone after many failures"]


async def test_a_subgraph_is_asked_as_often_as_it_can_bear() -> None:
    now = [0.0]
    slow = Slow()
    slow.gate.set()
    shaped = ShapedTransport("a", slow, TrafficFigures(requests_per_s=1, burst=2), now=lambda: now[0])
    await shaped.execute(_query())
    await shaped.execute(_query())
    with pytest.raises(SubgraphUnavailableError, match="asked too often"):
        await shaped.execute(_query())
    now[0] += 1
    await shaped.execute(_query())


async def test_who_is_busy_is_not_asked_again_at_once() -> None:
    class Busy(Slow):
        async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
            self.count += 1
            await asyncio.sleep(0)
            raise SubgraphUnavailableError("a", "HTTP 503", is_busy=True)

    busy = Busy()
    shaped = ShapedTransport("a", busy, TrafficFigures(retry_share=1.0))
    outcomes = await asyncio.gather(*(shaped.execute(_query()) for _ in range(3)), return_exceptions=True)
    assert [isinstance(each, SubgraphUnavailableError) and each.is_busy for each in outcomes] == [True] * 3
    assert busy.count == 1
