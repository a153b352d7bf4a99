"""Tokens open what they were made for, until their time is over, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.playback import Access
from kit.playback import TokenError, TokenExpiredError, TokenKeys, TokenMismatchError

FOLDER = "0190c0ffee/0a1b2c"
END = 1_800_000_000
KEYS = TokenKeys(["new", "old"])
TOKEN = KEYS.sign(FOLDER, Access.FRIENDS, END)


def test_a_token_opens_its_folder_until_its_end() -> None:
    KEYS.verify(TOKEN, FOLDER, Access.FRIENDS, END - 1)
    with pytest.raises(TokenExpiredError):
        KEYS.verify(TOKEN, FOLDER, Access.FRIENDS, END)


def test_nobody_knows_how_the_folder_stands_but_we_signed_it() -> None:
    KEYS.verify(TOKEN, FOLDER, None, END - 1)


@pytest.mark.parametrize("folder", ["0190c0ffee/0a1b2d", "0190c0ffee", "", "0190c0ffee/0a1b2c/360p"])
def test_another_folder_stays_shut(folder: str) -> None:
    with pytest.raises(TokenMismatchError):
        KEYS.verify(TOKEN, folder, Access.FRIENDS, 0)


def test_what_friends_had_opens_nothing_that_became_private() -> None:
    with pytest.raises(TokenMismatchError):
        KEYS.verify(TOKEN, FOLDER, Access.PRIVATE, 0)


def test_keys_change_without_a_break() -> None:
    by_old = TokenKeys(["old"]).sign(FOLDER, Access.FRIENDS, END)
    KEYS.verify(by_old, FOLDER, Access.FRIENDS, 0)
    assert by_old != TOKEN
    with pytest.raises(TokenMismatchError):
        TokenKeys(["new"]).verify(by_old, FOLDER, Access.FRIENDS, 0)


@given(place=st.integers(0, len(TOKEN) - 1), other=st.characters())
def test_one_character_changed_opens_nothing(place: int, other: str) -> None:
    changed = TOKEN[:place] + other + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(TokenError):
            KEYS.verify(changed, FOLDER, Access.FRIENDS, 0)


@given(st.text())
def test_guesses_are_refused(guess: str) -> None:
    with pytest.raises(TokenMismatchError):
        KEYS.verify(guess, FOLDER, Access.FRIENDS, 0)


def test_a_longer_life_needs_our_signature() -> None:
    _, access, mac = TOKEN.split(".")
    for expires in (f"{END + 1:x}", f"0{END:x}"):
        with pytest.raises(TokenMismatchError):
            KEYS.verify(f"{expires}.{access}.{mac}", FOLDER, Access.FRIENDS, 0)


@pytest.mark.parametrize("keys", [[], [""], ["new", ""]])
def test_there_is_a_key(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="key"):
        TokenKeys(keys)
