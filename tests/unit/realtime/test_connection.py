"""The protocol's state machine (graphql-transport-ws), frame by frame."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from realtime.protocol import (
    Action,
    Authenticate,
    Close,
    CloseCode,
    Connection,
    Operation,
    Send,
    Start,
    Stop,
    next_frame,
)
from router.pipeline.messages import GraphQLRequest

QUERY = {"query": "subscription { s }"}


def frame(type_: str, **content: Any) -> bytes:
    return orjson.dumps({"type": type_, **content})


def ready(max_operations: int = 50) -> Connection:
    connection = Connection(max_operations)
    connection.receive(frame("connection_init"))
    assert connection.accept() == [Send(b'{"type":"connection_ack"}')]
    return connection


def closed_with(actions: list[Action]) -> CloseCode:
    [action] = actions
    assert isinstance(action, Close)
    return action.code


def test_init_is_authenticated_before_it_is_acknowledged() -> None:
    connection = Connection()
    payload = {"authorization": "Bearer x"}
    assert connection.receive(frame("connection_init", payload=payload)) == [Authenticate(payload)]
    assert closed_with(connection.receive(frame("subscribe", id="1", payload=QUERY))) == 4401


def test_a_refused_client_is_forbidden() -> None:
    connection = Connection()
    connection.receive(frame("connection_init"))
    assert connection.refuse("expired") == [Close(CloseCode.FORBIDDEN, "expired")]
    assert connection.receive(frame("ping")) == []


def test_an_operation_runs_until_the_client_or_the_server_completes_it() -> None:
    connection = ready()
    started = connection.receive(frame("subscribe", id="1", payload={**QUERY, "variables": {"a": 1}}))
    assert started == [Start(Operation("1", GraphQLRequest(QUERY["query"], variables={"a": 1})))]
    assert connection.is_running("1")
    assert connection.receive(frame("complete", id="1")) == [Stop("1")]
    assert not connection.is_running("1")
    assert connection.complete("1") == []
    connection.receive(frame("subscribe", id="1", payload=QUERY))
    assert connection.complete("1") == [Send(b'{"id":"1","type":"complete"}')]


def test_an_error_ends_the_operation() -> None:
    connection = ready()
    connection.receive(frame("subscribe", id="1", payload=QUERY))
    [action] = connection.fail("1", [{"message": "no"}])
    assert isinstance(action, Send)
    assert orjson.loads(action.data) == {"id": "1", "type": "error", "payload": [{"message": "no"}]}
    assert not connection.is_running("1")


def test_a_ping_is_answered_in_any_state() -> None:
    assert Connection().receive(frame("ping")) == [Send(b'{"type":"pong"}')]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"{", 4400),
        (b"[]", 4400),
        (b'{"type": 1}', 4400),
        (frame("next", id="1"), 4400),
        (frame("subscribe", id="1"), 4400),
        (frame("subscribe", payload=QUERY), 4400),
        (frame("subscribe", id="", payload=QUERY), 4400),
        (frame("subscribe", id="1", payload={"query": 1}), 4400),
        (frame("subscribe", id="1", payload={**QUERY, "variables": []}), 4400),
        (frame("complete"), 4400),
        (frame("connection_init"), 4429),
        (frame("subscribe", id="taken", payload=QUERY), 4409),
    ],
)
def test_what_breaks_the_protocol_closes_the_socket(message: bytes, code: int) -> None:
    connection = ready()
    connection.receive(frame("subscribe", id="taken", payload=QUERY))
    assert closed_with(connection.receive(message)) == code
    assert connection.receive(frame("ping")) == []


def test_init_must_come_in_time() -> None:
    late, early = Connection(), ready()
    assert closed_with(late.time_out()) == 4408
    assert early.time_out() == []


def test_too_many_operations_fail_one_by_one() -> None:
    connection = ready(max_operations=1)
    connection.receive(frame("subscribe", id="1", payload=QUERY))
    [action] = connection.receive(frame("subscribe", id="2", payload=QUERY))
    assert isinstance(action, Send)
    assert orjson.loads(action.data)["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
    assert not connection.is_running("2")


def test_an_answer_is_encoded_once_and_framed_for_each_socket() -> None:
    assert orjson.loads(next_frame('a"b', b'{"data":null}')) == {
        "id": 'a"b',
        "type": "next",
        "payload": {"data": None},
    }
