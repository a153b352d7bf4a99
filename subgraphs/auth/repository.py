"""SQL on accounts, sessions and refresh tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import Interval, Text, bindparam, cast, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from kit.db import Queryable, Row, Statement
from subgraphs.auth.errors import EmailTakenError, HandleTakenError
from subgraphs.auth.models import Account, OpenSession, RefreshToken, RevocationReason, Role, Session, SignUp
from subgraphs.auth.tables import accounts, refresh_tokens, sessions

_ACCOUNT = [
    accounts.c.account_id,
    accounts.c.email,
    accounts.c.handle,
    accounts.c.display_name,
    accounts.c.password_hash,
    accounts.c.roles,
]
_TOKEN = [
    refresh_tokens.c.token_hash,
    refresh_tokens.c.session_id,
    refresh_tokens.c.expires_at,
    refresh_tokens.c.spent_at,
    refresh_tokens.c.spent_with_key,
    refresh_tokens.c.successor_hash,
]
_ADD_ACCOUNT = Statement(
    insert(accounts).values(
        {
            name: bindparam(name)
            for name in ("account_id", "email", "handle", "display_name", "password_hash", "roles")
        }
    )
)
_BY_LOGIN = Statement(
    select(*_ACCOUNT).where(
        or_(accounts.c.email == bindparam("login"), accounts.c.handle == bindparam("login"))
    )
)
_BY_ID = Statement(select(*_ACCOUNT).where(accounts.c.account_id == bindparam("of_account")))
_SAVE_HASH = Statement(
    accounts.update()
    .where(accounts.c.account_id == bindparam("of_account"))
    .values(password_hash=bindparam("password_hash"))
)
_LOCK_REVISION = Statement(
    select(accounts.c.profile_revision)
    .where(accounts.c.account_id == bindparam("of_account"))
    .with_for_update()
)
_TAKE_HANDLE_AWAY = Statement(
    accounts.update()
    .where(accounts.c.handle == bindparam("held"), accounts.c.account_id != bindparam("unless_of"))
    .values(handle=func.concat("~", cast(accounts.c.account_id, Text)))
)
_SAVE_HANDLE = Statement(
    accounts.update()
    .where(accounts.c.account_id == bindparam("of_account"))
    .values(handle=bindparam("handle"), profile_revision=bindparam("revision"))
)
_ADD_SESSION = Statement(
    insert(sessions).values(session_id=bindparam("session_id"), account_id=bindparam("account_id"))
)
_LOCK_SESSION = Statement(
    select(sessions.c.session_id, sessions.c.account_id, sessions.c.revoked_at)
    .where(sessions.c.session_id == bindparam("of_session"))
    .with_for_update()
)
_OPEN_SESSIONS = Statement(
    select(sessions.c.session_id, sessions.c.created_at)
    .where(
        sessions.c.account_id == bindparam("of_account"),
        sessions.c.revoked_at.is_(None),
        exists().where(
            refresh_tokens.c.session_id == sessions.c.session_id,
            refresh_tokens.c.spent_at.is_(None),
            refresh_tokens.c.expires_at > func.now(),
        ),
    )
    .order_by(sessions.c.session_id.desc())
    .limit(bindparam("how_many"))
)
_REVOKE = Statement(
    sessions.update()
    .where(sessions.c.session_id == bindparam("of_session"), sessions.c.revoked_at.is_(None))
    .values(revoked_at=func.now(), revocation_reason=bindparam("reason"))
)
_REVOKE_ALL = Statement(
    sessions.update()
    .where(sessions.c.account_id == bindparam("of_account"), sessions.c.revoked_at.is_(None))
    .values(revoked_at=func.now(), revocation_reason=bindparam("reason"))
)
_ADD_TOKEN = Statement(
    insert(refresh_tokens).values(
        {name: bindparam(name) for name in ("token_hash", "session_id", "expires_at")}
    )
)
_FIND_TOKEN = Statement(select(*_TOKEN).where(refresh_tokens.c.token_hash == bindparam("of_hash")))
_SPEND = Statement(
    refresh_tokens.update()
    .where(refresh_tokens.c.token_hash == bindparam("of_hash"))
    .values(
        spent_at=func.now(), spent_with_key=bindparam("with_key"), successor_hash=bindparam("successor_hash")
    )
)
_DROP_TOKEN = Statement(delete(refresh_tokens).where(refresh_tokens.c.token_hash == bindparam("of_hash")))
_DROP_EXPIRED = Statement(
    delete(refresh_tokens).where(
        refresh_tokens.c.expires_at < func.now() - bindparam("kept_for", type_=Interval)
    )
)


async def add_account(db: Queryable, account_id: UUID, sign_up: SignUp, password_hash: str) -> None:
    """Raises EmailTakenError or HandleTakenError."""
    try:
        await db.execute(
            _ADD_ACCOUNT,
            account_id=account_id,
            email=sign_up.email,
            handle=sign_up.handle,
            display_name=sign_up.display_name,
            password_hash=password_hash,
            roles=[Role.USER.value],
        )
    except UniqueViolationError as error:
        if "email" in str(error.constraint_name):
            raise EmailTakenError from error
        raise HandleTakenError from error


async def find_account_by_login(db: Queryable, login: str) -> Account | None:
    """By e-mail address or handle, both lower case; a handle has no @, so they can't meet."""
    row = await db.fetch_one(_BY_LOGIN, login=login)
    return None if row is None else _account(row)


async def find_account(db: Queryable, account_id: UUID) -> Account | None:
    row = await db.fetch_one(_BY_ID, of_account=account_id)
    return None if row is None else _account(row)


async def save_password_hash(db: Queryable, account_id: UUID, password_hash: str) -> None:
    await db.execute(_SAVE_HASH, of_account=account_id, password_hash=password_hash)


async def is_newer_revision(db: Queryable, account_id: UUID, revision: int) -> bool:
    """Whether a profile's revision was not taken over yet; locks the account."""
    known = await db.fetch_value(_LOCK_REVISION, of_account=account_id)
    return known is not None and known < revision


async def take_handle_away(db: Queryable, handle: str, *, unless_of: UUID) -> None:
    """Leaves whoever has it with a name that is no handle."""
    await db.execute(_TAKE_HANDLE_AWAY, held=handle, unless_of=unless_of)


async def save_handle(db: Queryable, account_id: UUID, handle: str, revision: int) -> None:
    await db.execute(_SAVE_HANDLE, of_account=account_id, handle=handle, revision=revision)


async def add_session(db: Queryable, session: Session) -> None:
    await db.execute(_ADD_SESSION, session_id=session.session_id, account_id=session.account_id)


async def lock_session(db: Queryable, session_id: UUID) -> Session | None:
    """The session as it will stay until the caller's transaction ends."""
    row = await db.fetch_one(_LOCK_SESSION, of_session=session_id)
    return None if row is None else Session(row["session_id"], row["account_id"], row["revoked_at"])


async def open_sessions(db: Queryable, account_id: UUID, how_many: int) -> list[OpenSession]:
    """Those with a refresh token that is still good, newest first."""
    rows = await db.fetch(_OPEN_SESSIONS, of_account=account_id, how_many=how_many)
    return [OpenSession(row["session_id"], row["created_at"]) for row in rows]


async def revoke_session(db: Queryable, session_id: UUID, reason: RevocationReason) -> None:
    await db.execute(_REVOKE, of_session=session_id, reason=reason.value)


async def revoke_sessions(db: Queryable, account_id: UUID, reason: RevocationReason) -> int:
    """All that are still open; how many."""
    return await db.execute(_REVOKE_ALL, of_account=account_id, reason=reason.value)


async def add_refresh_token(db: Queryable, token_hash: bytes, session_id: UUID, expires_at: datetime) -> None:
    await db.execute(_ADD_TOKEN, token_hash=token_hash, session_id=session_id, expires_at=expires_at)


async def find_refresh_token(db: Queryable, token_hash: bytes) -> RefreshToken | None:
    row = await db.fetch_one(_FIND_TOKEN, of_hash=token_hash)
    return None if row is None else RefreshToken(**dict(row))


async def spend_refresh_token(
    db: Queryable, token_hash: bytes, *, successor_hash: bytes, with_key: str | None
) -> None:
    await db.execute(_SPEND, of_hash=token_hash, successor_hash=successor_hash, with_key=with_key)


async def drop_refresh_token(db: Queryable, token_hash: bytes) -> None:
    await db.execute(_DROP_TOKEN, of_hash=token_hash)


async def drop_expired_tokens(db: Queryable, *, kept_for: timedelta) -> int:
    """How many went. They are kept a while longer, so that their reuse is still recognized."""
    return await db.execute(_DROP_EXPIRED, kept_for=kept_for)


def _account(row: Row) -> Account:
    return Account(**{**dict(row), "roles": tuple(row["roles"])})
