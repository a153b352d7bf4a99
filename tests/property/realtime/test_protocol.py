"""Whatever a client sends, in whatever order: the connection answers by the rules and never breaks."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from realtime.protocol import Authenticate, Close, Connection, Send, Start, Stop

IDS = st.sampled_from(["1", "2", "3"])
FRAMES = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["connection_init", "ping", "pong"])}),
    st.fixed_dictionaries(
        {"type": st.just("subscribe"), "id": IDS, "payload": st.just({"query": "subscription { s }"})}
    ),
    st.fixed_dictionaries({"type": st.just("complete"), "id": IDS}),
    st.dictionaries(
        st.sampled_from(["type", "id", "payload"]), st.one_of(st.none(), st.text(), st.integers(-9, 9))
    ),
).map(orjson.dumps)
SERVER = st.tuples(st.sampled_from(["accept", "refuse", "time_out", "complete", "fail"]), IDS)


def _act(connection: Connection, step: Any) -> list[Any]:
    if isinstance(step, bytes):
        return list(connection.receive(step))
    verb, operation_id = step
    arguments = {"refuse": ["no"], "complete": [operation_id], "fail": [operation_id, []]}.get(verb, [])
    return list(getattr(connection, verb)(*arguments))


@given(st.lists(st.one_of(FRAMES, st.binary(max_size=20), SERVER), max_size=40))
def test_any_conversation_obeys_the_protocol(steps: list[Any]) -> None:
    connection = Connection(max_operations=2)
    is_acknowledged = is_closed = False
    running: set[str] = set()
    for step in steps:
        for action in _act(connection, step):
            assert not is_closed, "nothing follows a close"
            match action:
                case Send(data):
                    is_acknowledged |= orjson.loads(data)["type"] == "connection_ack"
                case Close():
                    is_closed = True
                case Start(operation):
                    assert is_acknowledged
                    assert operation.id not in running
                    running.add(operation.id)
                case Stop(operation_id):
                    running.discard(operation_id)
                case Authenticate():
                    assert not is_acknowledged
        running = {operation_id for operation_id in running if connection.is_running(operation_id)}
        assert len(running) <= 2
