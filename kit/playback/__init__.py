"""Addresses of files that people watch: open ones, ones with a token for our origin, ones that CloudFront checks."""

from kit.playback.gates import Gates
from kit.playback.links import PlaybackLinks
from kit.playback.tokens import TokenError, TokenExpiredError, TokenKeys, TokenMismatchError

__all__ = [
    "Gates",
    "PlaybackLinks",
    "TokenError",
    "TokenExpiredError",
    "TokenKeys",
    "TokenMismatchError",
]
