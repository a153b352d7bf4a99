"""What may be registered; and that every refusal has a name in the graph."""

from __future__ import annotations

from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import UserError
from subgraphs.auth import errors
from subgraphs.auth.errors import (
    InvalidDisplayNameError,
    InvalidEmailError,
    InvalidHandleError,
    WeakPasswordError,
)
from subgraphs.auth.models import SignUp
from subgraphs.auth.mutations import LogInErrorCode, LogOutErrorCode, RefreshSessionErrorCode, SignUpErrorCode
from subgraphs.auth.service import check_sign_up, normal_login

GOOD = {
    "email": "anna@example.org",
    "handle": "anna",
    "display_name": "Anna",
    "password": "correct horse battery",
}


def test_a_registration_is_brought_into_normal_form() -> None:
    given = {
        "email": " Anna@Example.ORG ",
        "handle": "@Anna.B_1",
        "display_name": "  Anna \t B ",
        "password": " 10 blanks",
    }
    assert check_sign_up(**given) == SignUp("anna@example.org", "anna.b_1", "Anna B", " 10 blanks")


@pytest.mark.parametrize(
    "email",
    ["", "anna", "@example.org", "anna@", "anna@org", "a@b@c.org", "a b@c.org", "a@b..org", "a\0@b.org"],
)
def test_this_is_no_address(email: str) -> None:
    with pytest.raises(InvalidEmailError):
        check_sign_up(**GOOD | {"email": email})


def test_an_address_has_at_most_254_characters() -> None:
    longest = "a" * 242 + "@example.org"
    assert check_sign_up(**GOOD | {"email": longest}).email == longest
    with pytest.raises(InvalidEmailError):
        check_sign_up(**GOOD | {"email": "a" + longest})


@pytest.mark.parametrize("handle", ["ab", "a" * 31, ".abc", "abc.", "a..b", "a-b", "änna", "a b", "an\nna"])
def test_this_is_no_handle(handle: str) -> None:
    with pytest.raises(InvalidHandleError):
        check_sign_up(**GOOD | {"handle": handle})


@pytest.mark.parametrize("name", ["", " \n ", "x" * 51, "a\u202eb", "a\0b"])
def test_this_is_no_name(name: str) -> None:
    with pytest.raises(InvalidDisplayNameError):
        check_sign_up(**GOOD | {"display_name": name})


@pytest.mark.parametrize("password", ["", "p" * 9, "p" * 129, "Anna@Example.org"])
def test_this_password_is_weak(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        check_sign_up(**GOOD | {"password": password})


@pytest.mark.parametrize("password", ["p" * 10, "p" * 128, "пароль пароль"])
def test_this_password_will_do(password: str) -> None:
    assert check_sign_up(**GOOD | {"password": password}).password == password


def test_the_handle_is_no_password() -> None:
    with pytest.raises(WeakPasswordError):
        check_sign_up(**GOOD | {"handle": "anna_the_first", "password": "Anna_The_First"})


@given(st.text(alphabet="abzABZ019_.@ ", max_size=40))
def test_who_can_register_a_handle_can_log_in_with_it_as_typed(handle: str) -> None:
    try:
        stored = check_sign_up(**GOOD | {"handle": handle}).handle
    except InvalidHandleError:
        return
    assert normal_login(handle) == stored == normal_login(stored)


@pytest.mark.parametrize(
    ("codes", "raised"),
    [
        (
            SignUpErrorCode,
            {
                errors.InvalidEmailError,
                errors.EmailTakenError,
                errors.InvalidHandleError,
                errors.HandleTakenError,
                errors.InvalidDisplayNameError,
                errors.WeakPasswordError,
            },
        ),
        (LogInErrorCode, {errors.InvalidCredentialsError}),
        (RefreshSessionErrorCode, {errors.InvalidRefreshTokenError, errors.SessionRevokedError}),
        (LogOutErrorCode, {errors.SessionRevokedError}),
    ],
)
def test_every_refusal_has_a_name_in_the_graph(codes: type[Enum], raised: set[type[UserError]]) -> None:
    assert set(codes.__members__) == {error.code for error in raised}
