"""Groups of equal subscriptions, the channels that they listen to, and the events that wait for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

RequestT = TypeVar("RequestT")

Member: TypeAlias = tuple[int, str]
"""(number of the socket, id of the operation on it)"""

Event: TypeAlias = tuple[str, Mapping[str, Any]]
"""(channel, message)"""


@dataclass(slots=True, eq=False)
class Group(Generic[RequestT]):
    """Subscriptions with the same answer. ``request`` is what maps an event to it."""

    key: Hashable
    request: RequestT
    channels: tuple[str, ...]
    members: set[Member] = field(default_factory=set)
    waiting: deque[Event] = field(default_factory=deque)
    is_busy: bool = False


class Hub(Generic[RequestT]):
    """Events of one group are mapped one after the other. While one is under way, messages with ``coalesce`` wait
    as one, the latest: what they are about is read anew anyway. Everything else waits in order, at most
    ``max_waiting``; a group that falls further behind loses the oldest.
    """

    def __init__(self, *, max_waiting: int = 1000) -> None:
        self._max_waiting = max_waiting
        self._groups: dict[Hashable, Group[RequestT]] = {}
        self._by_channel: dict[str, set[Group[RequestT]]] = {}
        self._of_member: dict[Member, Group[RequestT]] = {}
        self.lost = 0

    def join(self, member: Member, key: Hashable, request: RequestT, channels: tuple[str, ...]) -> list[str]:
        """Adds a subscription; the channels that nobody listened to before."""
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(key, request, channels)
        group.members.add(member)
        self._of_member[member] = group
        new = [channel for channel in group.channels if channel not in self._by_channel]
        for channel in group.channels:
            self._by_channel.setdefault(channel, set()).add(group)
        return new

    def leave(self, member: Member) -> list[str]:
        """Removes a subscription, if it is there; the channels that nobody listens to any more."""
        group = self._of_member.pop(member, None)
        if group is None:
            return []
        group.members.discard(member)
        if group.members:
            return []
        del self._groups[group.key]
        group.waiting.clear()
        return [channel for channel in group.channels if self._forget(channel, group)]

    def publish(self, channel: str, message: Mapping[str, Any]) -> list[tuple[Group[RequestT], Event]]:
        """What is to be mapped now. Call ``done`` for each when it was."""
        ready = []
        for group in self._by_channel.get(channel, ()):
            if group.is_busy:
                self._wait(group, (channel, message))
            else:
                group.is_busy = True
                ready.append((group, (channel, message)))
        return ready

    def done(self, group: Group[RequestT]) -> Event | None:
        """The event to map next, if one waits."""
        if group.waiting:
            return group.waiting.popleft()
        group.is_busy = False
        return None

    @property
    def group_count(self) -> int:
        return len(self._groups)

    def _wait(self, group: Group[RequestT], event: Event) -> None:
        channel, message = event
        if group.waiting and message.get("coalesce"):
            last_channel, last = group.waiting[-1]
            if last_channel == channel and last.get("coalesce"):
                group.waiting[-1] = event
                return
        if len(group.waiting) >= self._max_waiting:
            group.waiting.popleft()
            self.lost += 1
        group.waiting.append(event)

    def _forget(self, channel: str, group: Group[RequestT]) -> bool:
        groups = self._by_channel[channel]
        groups.discard(group)
        if groups:
            return False
        del self._by_channel[channel]
        return True
