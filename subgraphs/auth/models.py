"""What the auth domain talks about, and the product's figures for it (domain-facts: Access and limits)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths are in characters."""

    email_length: int = 254
    password_min_length: int = 10
    password_max_length: int = 128
    access_token_life: timedelta = timedelta(minutes=15)
    refresh_token_life: timedelta = timedelta(days=7)
    log_ins_per_hour: int = 60
    """To one account from one address, whether they succeed or not."""
    sign_ups_per_hour: int = 300
    """By one address; many people share one behind a provider's gateway."""


LIMITS = Limits()


class Role(StrEnum):
    """What an account may do on the platform as a whole; ownership of things comes beside it."""

    USER = "user"
    CREATOR = "creator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class RevocationReason(StrEnum):
    LOGGED_OUT = "logged_out"
    TOKEN_REUSED = "token_reused"


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who can log in. ``handle`` follows the profile."""

    account_id: UUID
    email: str
    handle: str
    display_name: str
    password_hash: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One link of a session's chain, found by the hash of its secret."""

    token_hash: bytes
    session_id: UUID
    expires_at: datetime
    spent_at: datetime | None
    spent_with_key: str | None
    successor_hash: bytes | None


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in and all tokens that came of it: the family that falls when a spent token shows up."""

    session_id: UUID
    account_id: UUID
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that can still be refreshed, as its owner sees it."""

    session_id: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a client keeps. The refresh token is a secret of ours; only its hash is stored."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    account: Account


@dataclass(frozen=True, slots=True)
class SignUp:
    """A registration, already checked and normalized."""

    email: str
    handle: str
    display_name: str
    password: str
