"""Whether an address is answered: by how the video stands and by the token that was shown. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.playback import Access, Gate
from kit.playback.tokens import TokenExpiredError, TokenKeys, TokenMismatchError
from media.origin.addresses import Address


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the client is told instead."""

    status: int
    code: str
    message: str


class RefusedError(Exception):
    """The client is told so."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


NOT_FOUND: Final = Refusal(404, "NOT_FOUND", "There is no such object.")
TOKEN_REQUIRED: Final = Refusal(403, "TOKEN_REQUIRED", "Nobody reads this without a token.")
TOKEN_INVALID: Final = Refusal(403, "TOKEN_INVALID", "This token does not open this. Read the address anew.")
TOKEN_EXPIRED: Final = Refusal(403, "TOKEN_EXPIRED", "The time of this token is over. Read the address anew.")


def admit(address: Address, gate: Gate | None, keys: TokenKeys, now: float) -> bool:
    """Whether everybody may keep the answer; else it is for this client alone. Raises RefusedError.

    A video that we know nothing of looks like one that is not for everybody, so that guessing tells nothing.
    """
    access = None if gate is None else gate.access
    if access is Access.CLOSED:
        raise RefusedError(NOT_FOUND)
    if access is Access.OPEN:
        return True
    if address.token is None:
        raise RefusedError(TOKEN_REQUIRED)
    try:
        keys.verify(address.token, address.folder, access, now)
    except TokenExpiredError:
        raise RefusedError(TOKEN_EXPIRED) from None
    except TokenMismatchError:
        raise RefusedError(TOKEN_INVALID) from None
    return False
