"""Mutations: one transaction a field, typed user errors, idempotency keys.

``@strawberry.mutation(extensions=[InTransaction()])`` opens the transaction, commits when the resolver
returns, and turns a ``UserError`` into the payload's ``userErrors`` after rolling everything back. A payload
type has ``user_errors: list[UserErrorType[ItsCode]]``; every other field of it is optional.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar, cast, get_args, get_type_hints

import orjson
import strawberry
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import AsyncExtensionResolver
from strawberry.types import Info
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from kit.db import Statement, Transaction, idempotency_table
from kit.errors import BadUserInputError, InternalError, UserError
from kit.graphql.context import RequestContext
from kit.graphql.loading import forget_loaded

_INPUT_DESCRIPTION = "What to do, and a key that makes a retry safe."

CodeT = TypeVar("CodeT", bound=Enum)
ResultT = TypeVar("ResultT")

IDEMPOTENCY_KEY_DESCRIPTION = (
    "Makes a retry safe: the same key with the same input means the same answer, done once. "
    "Up to 64 characters, kept for a day."
)


@strawberry.type(name="UserError", description="Something in the input that the user can mend.")
class UserErrorType(Generic[CodeT]):
    code: CodeT = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="For people, in English.")
    field: list[str] | None = strawberry.field(
        default=None, description="Path of the input field at fault, without `input`."
    )


Before = Callable[[Any, Any], Awaitable[None]]
"""``(info, input)``: what has to happen while no transaction is open yet, a rate limit for example."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Of a fact that may still be on its way when somebody acts on it: ``has_come(info, input)`` waits for it when the
    mutation ended in ``missing``, and says whether it has come in the meantime.
    """

    missing: type[UserError]
    has_come: Callable[[Any, Any], Awaitable[bool]]


class InTransaction(FieldExtension):
    """Runs a mutation resolver in a transaction of its domain; once more, in another, when what it missed has
    arrived. Nobody commits but this edge.
    """

    def __init__(self, *before: Before, arrival: Arrival | None = None) -> None:
        self._before = before
        self._arrival = arrival

    def apply(self, field: StrawberryField) -> None:
        self._field = field
        for argument in field.arguments:
            argument.description = argument.description or _INPUT_DESCRIPTION

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info[Any, Any], **kwargs: Any
    ) -> Any:
        try:
            for step in self._before:
                await step(info, kwargs.get("input"))
            try:
                return await self._run(next_, source, info, **kwargs)
            except UserError as error:
                if not await self._has_come(error, info, kwargs.get("input")):
                    raise
                return await self._run(next_, source, info, **kwargs)
        except UserError as error:
            return self._payload_with(error)

    async def _run(
        self, next_: AsyncExtensionResolver, source: Any, info: Info[Any, Any], **kwargs: Any
    ) -> Any:
        context: RequestContext[Any] = info.context
        try:
            async with context.resources.database.transaction() as transaction:
                context.open_transaction = transaction
                payload = await next_(source, info, **kwargs)
            forget_loaded(context.loaders)
            return payload
        finally:
            context.open_transaction = None

    async def _has_come(self, error: UserError, info: Info[Any, Any], given: Any) -> bool:
        arrival = self._arrival
        return (
            arrival is not None and isinstance(error, arrival.missing) and await arrival.has_come(info, given)
        )

    def _payload_with(self, error: UserError) -> Any:
        payload_type = cast("type", self._field.type)
        codes = _declared_codes(payload_type)
        if error.code not in codes.__members__:
            raise InternalError(f"{payload_type.__name__} does not declare {error.code}") from error
        shaped = UserErrorType(
            code=codes[error.code],
            message=error.message,
            field=[to_camel_case(name) for name in error.field] or None,
        )
        return payload_type(user_errors=[shaped])


def _declared_codes(payload_type: type) -> type[Enum]:
    """The enum ``C`` of ``user_errors: list[UserErrorType[C]]``."""
    (user_error,) = get_args(get_type_hints(payload_type)["user_errors"])
    (codes,) = get_args(user_error)
    return cast("type[Enum]", codes)


class MutationInput(Protocol):
    """What ``once`` needs of an input type."""

    idempotency_key: str | None


def check_idempotency_key(key: str) -> None:
    """Raises BadUserInputError for a key that can't be stored."""
    if not 1 <= len(key) <= 64 or not key.isprintable():
        raise BadUserInputError("idempotencyKey takes 1 to 64 printable characters.")


async def once(
    info: Info[Any, Any],
    given: MutationInput,
    verb: Callable[[Transaction], Awaitable[ResultT]],
    *,
    subject: str | None = None,
) -> ResultT:
    """Runs ``verb`` in the open transaction; with an idempotency key, at most once for that key.

    ``verb`` returns what the answer is rebuilt from: JSON (text, numbers, lists, dicts, None). A concurrent
    twin waits for the first to commit. ``subject`` defaults to the viewer; an anonymous caller needs one.
    Raises BadUserInputError when the key was used with another input.
    """
    transaction = info.context.transaction
    key = given.idempotency_key
    if key is None:
        return await verb(transaction)
    check_idempotency_key(key)
    caller = subject or str(info.context.viewer.user_id or "")
    if not caller:
        return await verb(transaction)
    scope = {"subject": caller, "operation": info.field_name, "key": key}
    return await _recorded(transaction, scope, _fingerprint(given), verb)


async def _recorded(
    transaction: Transaction,
    scope: dict[str, str],
    fingerprint: bytes,
    verb: Callable[[Transaction], Awaitable[ResultT]],
) -> ResultT:
    statements = _statements(transaction.domain)
    if await transaction.execute(statements.claim, fingerprint=fingerprint, **scope):
        result = await verb(transaction)
        await transaction.execute(statements.record, result=result, **_prefixed(scope))
        return result
    earlier = await transaction.fetch_one(statements.find, **_prefixed(scope))
    if earlier is None or bytes(earlier["fingerprint"]) != fingerprint:
        raise BadUserInputError("This idempotencyKey was used with another input.")
    return cast("ResultT", earlier["result"])


def _prefixed(scope: dict[str, str]) -> dict[str, str]:
    return {f"for_{name}": value for name, value in scope.items()}


def _fingerprint(given: Any) -> bytes:
    content = asdict(given)
    content.pop("idempotency_key", None)
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS, default=str)).digest()


class _Statements:
    """The three statements on one domain's idempotency keys."""

    def __init__(self, domain: str) -> None:
        table = idempotency_table(domain)
        columns = ("subject", "operation", "key")
        matches = [table.c[name] == bindparam(f"for_{name}") for name in columns]
        self.claim = Statement(
            insert(table)
            .values({name: bindparam(name) for name in (*columns, "fingerprint")})
            .on_conflict_do_nothing()
        )
        self.record = Statement(table.update().where(*matches).values(result=bindparam("result")))
        self.find = Statement(select(table.c.fingerprint, table.c.result).where(*matches))


@cache
def _statements(domain: str) -> _Statements:
    return _Statements(domain)
