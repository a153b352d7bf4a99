"""Handles and display names: what auth, which takes them first, and users, which owns them, agree on."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HANDLE_MIN_LENGTH: Final = 3
HANDLE_MAX_LENGTH: Final = 30
DISPLAY_NAME_MAX_LENGTH: Final = 50

_HANDLE: Final = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")
_DIRECTION_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN: Final = frozenset({"Cc", "Cn", "Co", "Cs"})  # control, unassigned, private use, surrogate


def normal_handle(text: str) -> str | None:
    """Lower case, without a leading ``@``; None for what is no handle: 3 to 30 letters, digits, underscores and dots,
    without a dot at either end or two in a row.
    """
    handle = text.strip().removeprefix("@").lower()
    length_is_right = HANDLE_MIN_LENGTH <= len(handle) <= HANDLE_MAX_LENGTH
    return handle if length_is_right and _HANDLE.fullmatch(handle) else None


def normal_display_name(text: str) -> str | None:
    """Composed (NFC), trimmed, on one line; None for what is empty, too long or can't be seen."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    is_sound = 1 <= len(name) <= DISPLAY_NAME_MAX_LENGTH and all(map(is_visible, name))
    return name if is_sound else None


def is_visible(character: str) -> bool:
    """No control character, no override of writing direction; joiners are fine, emoji need them."""
    return character not in _DIRECTION_OVERRIDES and unicodedata.category(character) not in _UNSEEN
