"""Viewer claims survive the way to a subgraph and nothing else does."""

from __future__ import annotations

import pytest

from contracts.ids import new_id
from contracts.viewer import ANONYMOUS, InvalidViewerError, Viewer, read_viewer, sign_viewer

SECRET = "between router and subgraphs"


def test_claims_survive() -> None:
    viewer = Viewer(
        user_id=new_id(),
        session_id=new_id(),
        roles=frozenset({"user", "creator"}),
        handle="ada",
        name="Ada Lovelace",
        client_ip="203.0.113.7",
        expires_at=2_000_000_000,
    )
    assert read_viewer(sign_viewer(viewer, SECRET), SECRET, now=1_999_999_999) == viewer
    assert read_viewer(sign_viewer(ANONYMOUS, SECRET), SECRET) == ANONYMOUS


@pytest.mark.parametrize(
    "spoil", [lambda t: t + "x", lambda t: "x" + t, lambda t: t.split(".")[0], lambda _: ""]
)
def test_a_changed_token_is_refused(spoil: object) -> None:
    token = sign_viewer(Viewer(user_id=new_id()), SECRET)
    with pytest.raises(InvalidViewerError):
        read_viewer(spoil(token), SECRET)  # type: ignore[operator]


def test_another_secret_is_refused() -> None:
    with pytest.raises(InvalidViewerError):
        read_viewer(sign_viewer(Viewer(user_id=new_id()), "another"), SECRET)


def test_expired_claims_are_refused() -> None:
    token = sign_viewer(Viewer(user_id=new_id(), expires_at=1000), SECRET)
    assert read_viewer(token, SECRET, now=999).expires_at == 1000
    with pytest.raises(InvalidViewerError):
        read_viewer(token, SECRET, now=1000)
