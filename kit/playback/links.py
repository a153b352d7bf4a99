"""Addresses of a video's files, for whoever may see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self

from contracts.playback import Access, folder_of
from kit.config import Settings
from kit.playback.cloudfront import CloudFrontSigner, Policy, with_parameters
from kit.playback.tokens import TokenKeys


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """Signed addresses last from ``life_s`` to ``life_s + step_s`` seconds: those who ask within one step get the same
    ones, which caches of clients know again.
    """

    life_s: int = 900
    step_s: int = 300


class PlaybackLinks:
    """Our origin serves what is open under plain addresses, and the rest under ``/{area}/~{token}/{key}``: relative
    addresses inside playlists carry the token on. With a CDN's key every address is signed for it instead, since what
    lies in its caches is out of our reach.
    """

    def __init__(
        self,
        base_url: str,
        keys: TokenKeys,
        *,
        signer: CloudFrontSigner | None = None,
        figures: LinkFigures | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._keys = keys
        self._signer = signer
        self._figures = figures or LinkFigures()
        self._clock = clock
        self._signed = lru_cache(maxsize=4096)(self._sign)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        key_id, private_key = settings.cdn_key_id, settings.cdn_private_key
        signer = None
        if key_id is not None and private_key is not None:
            signer = CloudFrontSigner(key_id, private_key.get_secret_value())
        return cls(settings.origin_url, TokenKeys(settings.playback_key_list), signer=signer)

    def url(self, area: str, key: str, access: Access) -> str:
        """Of the file ``key`` in ``videos`` or ``thumbnails``. The caller has checked that its viewer may see it."""
        if self._signer is not None:
            parameters = self._signed(self._signer, folder_of(key), self._end())
            return with_parameters(f"{self._base}/{area}/{key}", parameters)
        if not access.needs_token:
            return f"{self._base}/{area}/{key}"
        return f"{self._base}/{area}/~{self._keys.sign(folder_of(key), access, self._end())}/{key}"

    def urls(self, area: str, keys: Sequence[str], access: Access) -> list[str]:
        """Of files of one video."""
        if self._signer is None and not access.needs_token:
            base = f"{self._base}/{area}/"
            return [base + key for key in keys]
        return [self.url(area, key, access) for key in keys]

    def expires_at(self, access: Access) -> datetime | None:
        """When addresses that are made now stop to work; None for those that do not."""
        if self._signer is None and not access.needs_token:
            return None
        return datetime.fromtimestamp(self._end(), UTC)

    def cookies(self, key: str) -> Mapping[str, str]:
        """What a client may send instead of the parameters of signed addresses; empty without a CDN."""
        if self._signer is None:
            return {}
        parameters = self._signed(self._signer, folder_of(key), self._end())
        return {f"CloudFront-{name}": value for name, value in parameters.items()}

    def _sign(self, signer: CloudFrontSigner, folder: str, end: int) -> Mapping[str, str]:
        """One signature opens all files of a folder, in both areas."""
        return signer.parameters(Policy(f"{self._base}/*/{folder}/*", datetime.fromtimestamp(end, UTC)))

    def _end(self) -> int:
        step = self._figures.step_s
        return (int(self._clock()) // step + 1) * step + self._figures.life_s
