"""Mutation fields of the auth subgraph: parse, call the verb, shape the payload."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import strawberry

from kit.db import Transaction
from kit.graphql.fields import enum_value, idempotency_key, no_user_errors
from kit.graphql.mutation import (
    InTransaction,
    UserErrorType,
    check_idempotency_key,
    once,
)
from subgraphs.auth import repository, service
from subgraphs.auth.errors import EmailTakenError, InvalidCredentialsError, SessionRevokedError
from subgraphs.auth.models import LIMITS, Account, SignUp
from subgraphs.auth.types import AuthInfo, AuthTokens, User


async def sign_ups_are_few(info: AuthInfo, _: object) -> None:
    """RATE_LIMITED when an address opens account after account."""
    address = info.context.viewer.client_ip
    if address is not None:
        limiter = info.context.resources.limiter
        await limiter.take("sign-up", address, limit=LIMITS.sign_ups_per_hour, per_s=3600)


async def log_ins_are_few(info: AuthInfo, given: "LogInInput") -> None:
    """RATE_LIMITED when an address tries password after password on an account."""
    subject = f"{service.normal_login(given.login)}|{info.context.viewer.client_ip}"
    await info.context.resources.limiter.take("log-in", subject, limit=LIMITS.log_ins_per_hour, per_s=3600)


@strawberry.enum(description="Why `signUp` was not done.")
class SignUpErrorCode(Enum):
    INVALID_EMAIL = enum_value("INVALID_EMAIL", "It is no e-mail address.")
    EMAIL_TAKEN = enum_value("EMAIL_TAKEN", "There is an account with it: log in.")
    INVALID_HANDLE = enum_value("INVALID_HANDLE", "It is no handle.")
    HANDLE_TAKEN = enum_value("HANDLE_TAKEN", "Somebody else has it.")
    INVALID_DISPLAY_NAME = enum_value("INVALID_DISPLAY_NAME", "It is empty, too long or can't be seen.")
    WEAK_PASSWORD = enum_value("WEAK_PASSWORD", "It is too short, too long or too easy to guess.")


@strawberry.input(description="Input of `signUp`.")
class SignUpInput:
    email: str = strawberry.field(description="The address to log in with; nobody else sees it.")
    password: str = strawberry.field(description="10 to 128 characters.")
    handle: str = strawberry.field(description="3 to 30 letters, digits, dots or underscores.")
    display_name: str = strawberry.field(description="The name that people read, 1 to 50 characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `signUp`.")
class SignUpPayload:
    tokens: AuthTokens | None = strawberry.field(default=None, description="You are logged in.")
    user: User | None = strawberry.federation.field(
        default=None, provides=["handle", "displayName"], description="You."
    )
    user_errors: list[UserErrorType[SignUpErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `logIn` was not done.")
class LogInErrorCode(Enum):
    INVALID_CREDENTIALS = enum_value("INVALID_CREDENTIALS", "No account matches login and password.")


@strawberry.input(description="Input of `logIn`.")
class LogInInput:
    login: str = strawberry.field(description="E-mail address or handle.")
    password: str = strawberry.field(description="The password.")
    idempotency_key: str | None = idempotency_key(
        "Accepted as everywhere; a retry opens a session of its own, which does no harm."
    )


@strawberry.type(description="Answer of `logIn`.")
class LogInPayload:
    tokens: AuthTokens | None = strawberry.field(default=None, description="You are logged in.")
    user: User | None = strawberry.federation.field(
        default=None, provides=["handle", "displayName"], description="You."
    )
    user_errors: list[UserErrorType[LogInErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `refreshSession` was not done.")
class RefreshSessionErrorCode(Enum):
    INVALID_REFRESH_TOKEN = enum_value("INVALID_REFRESH_TOKEN", "It is unknown or has expired.")
    SESSION_REVOKED = enum_value(
        "SESSION_REVOKED", "You logged out, or a spent token was used again, which ends the session."
    )


@strawberry.input(description="Input of `refreshSession`.")
class RefreshSessionInput:
    refresh_token: str = strawberry.field(description="The newest one; each is good for one refresh.")
    idempotency_key: str | None = idempotency_key(
        "Makes a retry safe: with the key of the attempt whose answer was lost, a spent token buys "
        "a pair once more, as long as the lost one was not used."
    )


@strawberry.type(description="Answer of `refreshSession`.")
class RefreshSessionPayload:
    tokens: AuthTokens | None = strawberry.field(default=None, description="The next pair.")
    user_errors: list[UserErrorType[RefreshSessionErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `logOut` was not done.")
class LogOutErrorCode(Enum):
    SESSION_REVOKED = enum_value("SESSION_REVOKED", "Your token belongs to no session.")


@strawberry.input(description="Input of `logOut`.")
class LogOutInput:
    everywhere: bool = strawberry.field(
        default=False, description="End all your sessions, not only this one."
    )
    idempotency_key: str | None = idempotency_key(
        "Accepted as everywhere; ending a session twice is ending it."
    )


@strawberry.type(description="Answer of `logOut`.")
class LogOutPayload:
    done: bool = strawberry.field(
        default=False, description="No refresh token of the session works any more; access tokens run out."
    )
    user_errors: list[UserErrorType[LogOutErrorCode]] = no_user_errors()


@dataclass(slots=True)
class _Registration:
    """What makes two registrations the same. The password is not part of it: nothing derived from it by a fast
    hash may be stored.
    """

    email: str
    handle: str
    display_name: str
    idempotency_key: str | None


async def sign_up_is_checked(info: AuthInfo, given: SignUpInput) -> None:
    """Hashing takes tens of milliseconds, which no connection should wait for."""
    sign_up = service.check_sign_up(
        email=given.email, handle=given.handle, display_name=given.display_name, password=given.password
    )
    info.context.sign_up = sign_up, await info.context.passwords.hash(sign_up.password)


async def credentials_are_checked(info: AuthInfo, given: LogInInput) -> None:
    """As long for an unknown account as for a wrong password."""
    account = await service.account_for_login(info.context.resources.database, given.login)
    password = given.password[: LIMITS.password_max_length + 1]
    is_right = await info.context.passwords.verify(account.password_hash if account else None, password)
    if account is None or not is_right:
        raise InvalidCredentialsError
    is_stale = info.context.passwords.needs_rehash(account.password_hash)
    new_hash = await info.context.passwords.hash(password) if is_stale else None
    info.context.logging_in = account, new_hash


async def _register_once(info: AuthInfo, given: SignUpInput, sign_up: SignUp, password_hash: str) -> Account:
    """Opens the account, or finds the one that an earlier attempt with the same key and password opened."""

    async def register(tx: Transaction) -> str:
        return (await service.register(tx, sign_up, password_hash)).account_id.hex

    registration = _Registration(sign_up.email, sign_up.handle, sign_up.display_name, given.idempotency_key)
    account_id = UUID(hex=await once(info, registration, register, subject=sign_up.email))
    account = await repository.find_account(info.context.transaction, account_id)
    if account is None:
        raise EmailTakenError
    is_new = account.password_hash == password_hash
    if not is_new and not await info.context.passwords.verify(account.password_hash, sign_up.password):
        raise EmailTakenError
    return account


@strawberry.type
class Mutation:
    @strawberry.mutation(
        extensions=[InTransaction(sign_ups_are_few, sign_up_is_checked)],
        description="Open an account; you are logged in at once.",
    )
    async def sign_up(self, info: AuthInfo, input: SignUpInput) -> SignUpPayload:
        assert info.context.sign_up is not None, "sign_up_is_checked leaves it"
        account = await _register_once(info, input, *info.context.sign_up)
        issued = await service.open_session(info.context.transaction, info.context.key, account)
        return SignUpPayload(tokens=AuthTokens.of(issued), user=User.of(account))

    @strawberry.mutation(
        extensions=[InTransaction(log_ins_are_few, credentials_are_checked)], description="Open a session."
    )
    async def log_in(self, info: AuthInfo, input: LogInInput) -> LogInPayload:
        assert info.context.logging_in is not None, "credentials_are_checked leaves it"
        account, new_hash = info.context.logging_in
        if new_hash is not None:
            await repository.save_password_hash(info.context.transaction, account.account_id, new_hash)
        issued = await service.open_session(info.context.transaction, info.context.key, account)
        return LogInPayload(tokens=AuthTokens.of(issued), user=User.of(account))

    @strawberry.mutation(
        extensions=[InTransaction()], description="Buy the next pair of tokens with a refresh token."
    )
    async def refresh_session(self, info: AuthInfo, input: RefreshSessionInput) -> RefreshSessionPayload:
        if input.idempotency_key is not None:
            check_idempotency_key(input.idempotency_key)
        outcome = await service.rotate(
            info.context.transaction, info.context.key, input.refresh_token, input.idempotency_key
        )
        if isinstance(outcome, SessionRevokedError):
            error = UserErrorType(
                code=RefreshSessionErrorCode.SESSION_REVOKED, message=outcome.message, field=["refreshToken"]
            )
            return RefreshSessionPayload(user_errors=[error])
        return RefreshSessionPayload(tokens=AuthTokens.of(outcome))

    @strawberry.mutation(
        extensions=[InTransaction()], description="End this session, or all. Needs a signed-in viewer."
    )
    async def log_out(self, info: AuthInfo, input: LogOutInput) -> LogOutPayload:
        viewer = info.context.signed_in()
        assert viewer.user_id is not None
        if input.everywhere:
            await service.log_out_everywhere(info.context.transaction, viewer.user_id)
        elif viewer.session_id is None:
            raise SessionRevokedError
        else:
            await service.log_out(info.context.transaction, viewer.session_id)
        return LogOutPayload(done=True)
