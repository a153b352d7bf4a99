"""Whose fault it is that a child gave up on a file: the file's, or ours."""

from __future__ import annotations

import signal
from typing import Final

from media.core.errors import Rejection

_OURS: Final = frozenset({-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 126, 127})
_LIMITS: Final = frozenset({-signal.SIGXCPU, -signal.SIGXFSZ})
_OUR_WORDS: Final = (
    "No space left on device",
    "Input/output error",
    "Read-only file system",
    "Too many open files",
    "Disk quota exceeded",
)
_DAMAGE_WORDS: Final = ("Decode error rate", "Invalid data found when processing input")
_LIMIT_WORDS: Final = ("Cannot allocate memory", "File too large", "MemoryError", "std::bad_alloc")


def blame(status: int | None, said: str) -> Rejection | None:
    """The reason to refuse the file; None when it is ours, and the job may be tried again.

    ``status`` is the exit status, negative for a signal and None for a child that took too long; ``said`` is the end of
    its stderr.
    """
    if status is None or status in _LIMITS:
        return Rejection.TOO_DEMANDING
    if status in _OURS or any(words in said for words in _OUR_WORDS):
        return None
    if any(words in said for words in _LIMIT_WORDS):
        return Rejection.TOO_DEMANDING
    is_damaged = status < 0 or any(words in said for words in _DAMAGE_WORDS)
    return Rejection.CORRUPT_FILE if is_damaged else Rejection.TRANSCODE_FAILED
