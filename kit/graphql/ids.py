"""Reading ids that clients send."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from asyncpg.pgproto import pgproto

from contracts.ids import InvalidIdError, decode_id
from kit.errors import BadUserInputError


def read_id(prefix: str, text: str) -> UUID:
    """The UUID of a client's id. Raises BadUserInputError when it is no id of that kind."""
    try:
        return _decode(prefix, str(text))
    except InvalidIdError as error:
        raise BadUserInputError(str(error)) from None


def find_id(prefix: str, text: str) -> UUID | None:
    """Like read_id, but None for what can't be an id: a look-up by it finds nothing."""
    try:
        return _decode(prefix, str(text))
    except InvalidIdError:
        return None


@lru_cache(maxsize=16_384)
def _decode(prefix: str, text: str) -> UUID:
    """Ids of what is asked for often are read once. Raises InvalidIdError."""
    # The driver's UUIDs are hashed and sent without Python code.
    return pgproto.UUID(decode_id(prefix, text).bytes)
