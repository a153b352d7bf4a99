"""Whom a request came from, when it came through proxies."""

from __future__ import annotations

import os
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

VARIABLE = "FORWARDED_ALLOW_IPS"
"""Whose ``X-Forwarded-For`` counts, as uvicorn reads it: addresses and networks with commas between, or ``*``."""


class TrustedProxies:
    """``text`` is in the form of VARIABLE; None trusts nobody. Raises ValueError for what is no address."""

    def __init__(self, text: str | None) -> None:
        names = [part.strip() for part in (text or "").split(",") if part.strip()]
        self.any = bool(names)
        self._trusts_all = "*" in names
        self._networks = [ip_network(name, strict=False) for name in names if name != "*"]

    @classmethod
    def from_environment(cls) -> TrustedProxies:
        return cls(os.environ.get(VARIABLE))

    def client(self, peer: str | None, forwarded_for: Iterable[str]) -> str | None:
        """The nearest address that is no proxy of ours. ``forwarded_for`` are the header's values, in order."""
        if not self._trusts(peer):
            return peer
        hops = [hop.strip() for value in forwarded_for for hop in value.split(",") if hop.strip()]
        if self._trusts_all and hops:
            return hops[0]
        for hop in reversed(hops):
            if not self._trusts(hop):
                return hop
        return hops[0] if hops else peer

    def _trusts(self, address: str | None) -> bool:
        if self._trusts_all:
            return True
        try:
            known = ip_address(address or "")
        except ValueError:
            return False
        return any(known in network for network in self._networks)
