"""The verbs of the auth domain. Each writes rows and facts in the caller's transaction and commits nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from contracts.events import UserRegistered
from contracts.ids import new_id
from contracts.names import normal_display_name, normal_handle
from kit.db import Queryable, Transaction
from subgraphs.auth import repository
from subgraphs.auth.errors import (
    InvalidDisplayNameError,
    InvalidEmailError,
    InvalidHandleError,
    InvalidRefreshTokenError,
    SessionRevokedError,
    WeakPasswordError,
)
from subgraphs.auth.models import LIMITS, Account, IssuedTokens, RevocationReason, Session, SignUp
from subgraphs.auth.tokens import SigningKey, new_refresh_token, token_hash

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def check_sign_up(*, email: str, handle: str, display_name: str, password: str) -> SignUp:
    """The registration in normal form. Raises what is wrong with it first."""
    wanted = SignUp(
        email=_normal_email(email),
        handle=_normal_handle(handle),
        display_name=_normal_display_name(display_name),
        password=password,
    )
    length_is_right = LIMITS.password_min_length <= len(password) <= LIMITS.password_max_length
    if not length_is_right or password.casefold() in (wanted.email, wanted.handle):
        raise WeakPasswordError
    return wanted


def normal_login(login: str) -> str:
    """An e-mail address or handle as it is stored."""
    return unicodedata.normalize("NFC", login).strip().removeprefix("@").lower()


async def account_for_login(db: Queryable, login: str) -> Account | None:
    """Whose e-mail address or handle this is; None for nobody's."""
    wanted = normal_login(login)
    if not wanted.isprintable():  # no account has such a name, and PostgreSQL refuses NUL
        return None
    return await repository.find_account_by_login(db, wanted)


async def register(tx: Transaction, sign_up: SignUp, password_hash: str) -> Account:
    """Opens an account. Raises EmailTakenError or HandleTakenError."""
    account_id = new_id()
    await repository.add_account(tx, account_id, sign_up, password_hash)
    await tx.emit(
        UserRegistered(user_id=account_id, handle=sign_up.handle, display_name=sign_up.display_name)
    )
    account = await repository.find_account(tx, account_id)
    assert account is not None
    return account


async def open_session(tx: Transaction, key: SigningKey, account: Account) -> IssuedTokens:
    """A new session with its first pair of tokens."""
    session = Session(new_id(), account.account_id)
    await repository.add_session(tx, session)
    return await _issue(tx, key, account, session)


async def rotate(
    tx: Transaction, key: SigningKey, refresh_token: str, idempotency_key: str | None
) -> IssuedTokens | SessionRevokedError:
    """The next pair of tokens for a refresh token, which is spent by it.

    A spent token that comes again revokes its family: the error is returned, not raised, because the revocation
    must be committed. Only a retry passes: the same idempotency key, while the pair that it lost is unused.
    Raises InvalidRefreshTokenError and, for a session that had ended before, SessionRevokedError.
    """
    known = await repository.find_refresh_token(tx, token_hash(refresh_token))
    if known is None or known.expires_at <= datetime.now(UTC):
        raise InvalidRefreshTokenError
    session = await repository.lock_session(tx, known.session_id)
    known = await repository.find_refresh_token(tx, known.token_hash)  # as it is now that we hold the lock
    if session is None or known is None:
        raise InvalidRefreshTokenError
    if session.revoked_at is not None:
        raise SessionRevokedError
    if known.spent_at is not None:
        is_retry = idempotency_key is not None and known.spent_with_key == idempotency_key
        if not (is_retry and await _withdraw(tx, known.successor_hash)):
            await repository.revoke_session(tx, session.session_id, RevocationReason.TOKEN_REUSED)
            return SessionRevokedError()
    account = await repository.find_account(tx, session.account_id)
    assert account is not None
    issued = await _issue(tx, key, account, session)
    await repository.spend_refresh_token(
        tx, known.token_hash, successor_hash=token_hash(issued.refresh_token), with_key=idempotency_key
    )
    return issued


async def follow_profile(tx: Transaction, account_id: UUID, handle: str, revision: int) -> None:
    """The account goes by the handle of its profile, newest revision wins.

    Profiles decide who has a handle. Whoever still stands here with it has given it up, though the fact of that
    may come later: until then they can log in by e-mail only.
    """
    if await repository.is_newer_revision(tx, account_id, revision):
        await repository.take_handle_away(tx, handle, unless_of=account_id)
        await repository.save_handle(tx, account_id, handle, revision)


async def log_out(tx: Transaction, session_id: UUID) -> None:
    """Ends a session; ending it twice is ending it."""
    await repository.revoke_session(tx, session_id, RevocationReason.LOGGED_OUT)


async def log_out_everywhere(tx: Transaction, account_id: UUID) -> int:
    """Ends all sessions of an account; how many there were."""
    return await repository.revoke_sessions(tx, account_id, RevocationReason.LOGGED_OUT)


async def _withdraw(tx: Transaction, successor_hash: bytes | None) -> bool:
    """Takes back a token that was issued and never used; False when it was used."""
    if successor_hash is None:
        return False
    successor = await repository.find_refresh_token(tx, successor_hash)
    if successor is None or successor.spent_at is not None:
        return False
    await repository.drop_refresh_token(tx, successor_hash)
    return True


async def _issue(tx: Transaction, key: SigningKey, account: Account, session: Session) -> IssuedTokens:
    now = datetime.now(UTC)
    access_token, expires_at = key.sign_access_token(account, session, now=now)
    refresh_token = new_refresh_token()
    await repository.add_refresh_token(
        tx, token_hash(refresh_token), session.session_id, now + LIMITS.refresh_token_life
    )
    return IssuedTokens(access_token, refresh_token, expires_at, account)


def _normal_email(text: str) -> str:
    email = unicodedata.normalize("NFC", text).strip().lower()
    if len(email) > LIMITS.email_length or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise InvalidEmailError
    return email


def _normal_handle(text: str) -> str:
    handle = normal_handle(text)
    if handle is None:
        raise InvalidHandleError
    return handle


def _normal_display_name(text: str) -> str:
    name = normal_display_name(text)
    if name is None:
        raise InvalidDisplayNameError
    return name
