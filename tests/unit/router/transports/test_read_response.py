"""GraphQL responses out of bytes."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.transports.read_response import NoResponseError, read_response

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "errors", "message", "path", "extensions"]), inner)
    ),
    max_leaves=12,
)


def test_a_sound_response_stays_as_it_is() -> None:
    response = {
        "data": {"a": [1, {"b": None}]},
        "errors": [{"message": "m", "path": ["a", 1, "b"], "extensions": {"code": "X"}}],
        "extensions": {"cost": 1},
    }
    assert read_response(orjson.dumps(response)) == response


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"5", b"{}", b'{"errors": []}', b'{"data": 1'])
def test_what_is_no_response_is_refused(content: bytes) -> None:
    with pytest.raises(NoResponseError):
        read_response(content)


@given(JSON)
def test_errors_always_have_the_form_of_the_specification(answer: Any) -> None:
    try:
        response = read_response(orjson.dumps(answer))
    except NoResponseError:
        return
    assert response.keys() <= {"data", "errors", "extensions"}
    for error in response.get("errors", []):
        assert error.keys() <= {"message", "path", "extensions"}
        assert isinstance(error["message"], str)
        assert all(type(step) in {str, int} for step in error.get("path", []))
        assert isinstance(error.get("extensions", {}), dict)
