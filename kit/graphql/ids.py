"""Reading ids that clients send."""

from __future__ import annotations

from uuid import UUID

from contracts.ids import InvalidIdError, decode_id
from kit.errors import BadUserInputError


def read_id(prefix: str, text: str) -> UUID:
    """The UUID of a client's id. Raises BadUserInputError when it is no id of that kind."""
    try:
        return decode_id(prefix, str(text))
    except InvalidIdError as error:
        raise BadUserInputError(str(error)) from None


def find_id(prefix: str, text: str) -> UUID | None:
    """Like read_id, but None for what can't be an id: a look-up by it finds nothing."""
    try:
        return decode_id(prefix, str(text))
    except InvalidIdError:
        return None
