"""Hashing and checking passwords, with costs that suit a test."""

from __future__ import annotations

import pytest

from subgraphs.auth.passwords import HashCost, Passwords

CHEAP = HashCost(time_cost=1, memory_kib=64)


async def test_a_password_matches_its_hash_only() -> None:
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "correct horse ")
    assert not await passwords.verify("no hash at all", "correct horse")
    assert await passwords.hash("correct horse") != stored


async def test_an_unknown_account_costs_one_check_and_never_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(CHEAP)
    checked: list[str] = []
    check = passwords._check

    async def counted(password_hash: str, password: str) -> bool:
        checked.append(password)
        return await check(password_hash, password)

    monkeypatch.setattr(passwords, "_check", counted)
    for guess in ("first", "nobody has this password"):
        assert not await passwords.verify(None, guess)
    assert checked == ["first", "nobody has this password"]


async def test_other_costs_call_for_a_new_hash() -> None:
    stored = await Passwords(CHEAP).hash("correct horse")
    assert not Passwords(CHEAP).needs_rehash(stored)
    assert Passwords(HashCost(time_cost=2, memory_kib=64)).needs_rehash(stored)
    assert Passwords().needs_rehash(stored)
