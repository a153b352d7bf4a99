"""What a client of uploads waits out, and what it tells at once."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from clipgraph.demo.api import ApiError
from clipgraph.demo.uploader import content_type_of, persist


def _refusal(code: str) -> ApiError:
    return ApiError([{"message": "no", "extensions": {"code": code, "retryAfterSeconds": 0.01}}])


@pytest.mark.parametrize(
    "failure",
    [
        _refusal("RATE_LIMITED"),
        _refusal("SUBGRAPH_UNAVAILABLE"),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
    ],
    ids=["rate limit", "subgraph away", "disconnected", "reset"],
)
async def test_what_passes_is_waited_out(failure: Exception) -> None:
    failures = [failure]

    async def do() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert await persist(do) == "done"


@pytest.mark.parametrize("code", ["UNAUTHENTICATED", "BAD_USER_INPUT"])
async def test_what_is_our_own_fault_is_told_at_once(code: str) -> None:
    calls = []

    async def do() -> None:
        calls.append(code)
        raise _refusal(code)

    with pytest.raises(ApiError):
        await persist(do)
    assert len(calls) == 1


def test_types_by_ending() -> None:
    names = ["a.MOV", "b.mp4", "c.mkv", "d.txt", "e"]
    assert [content_type_of(Path(name)) for name in names] == [
        "video/quicktime",
        "video/mp4",
        "video/x-matroska",
        "text/plain",
        "application/octet-stream",
    ]
