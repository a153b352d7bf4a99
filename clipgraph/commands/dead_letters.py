"""Messages that a consumer group gave up on: list them, or publish them again once their cause is mended."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from contracts.topics import Topic
from kit.bus import Bus, Delivery, Message, open_bus
from kit.bus.base import DEAD_LETTERS
from kit.config import Settings

_SHOWN = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "replay"))
    parser.add_argument("--topic", action="append", choices=list(Topic), help="these only; may be repeated")
    parser.add_argument("--limit", type=int, default=_SHOWN, help="of each topic, the oldest first")


def run(arguments: argparse.Namespace) -> int:
    topics = [str(topic) for topic in arguments.topic or Topic]
    asyncio.run(_run(Settings(), arguments.action, topics, arguments.limit))
    return 0


async def _run(settings: Settings, action: str, topics: Sequence[str], limit: int) -> None:
    bus = await open_bus(settings)
    try:
        for topic in topics:
            for letter in await bus.read_all(topic + DEAD_LETTERS, limit=limit):
                print(describe(letter))
                if action == "replay":
                    await replay(bus, letter)
    finally:
        await bus.close()


def describe(letter: Delivery) -> str:
    """One line: where it came from, who gave it up, and why."""
    headers = letter.message.headers
    return f"{headers.get('topic')} {letter.message.key} given up by {headers.get('group')}: {headers.get('reason')}"


async def replay(bus: Bus, letter: Delivery) -> None:
    """To every group of its topic: handlers are idempotent, so those that had it already do nothing new."""
    headers = {
        name: value
        for name, value in letter.message.headers.items()
        if name not in ("group", "topic", "reason")
    }
    topic = letter.message.headers["topic"]
    await bus.publish([Message(topic, letter.message.key, letter.message.payload, headers)])
    await bus.remove(letter)
