"""Where a subgraph's URL leads.

``http://host:port/path?query`` and ``https://…``; a Unix socket as Apollo writes it, ``unix:///run/x.sock`` with an
optional ``?path=/graphql``, or as ``http+unix://%2Frun%2Fx.sock/graphql``. Credentials in a URL become Basic
authentication; a fragment is left out.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from router.transports.http1.errors import TargetError

_PORTS = {"http": 80, "https": 443}
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f]")
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """``unix_path`` is None for TCP, and ``host`` and ``port`` mean nothing for a Unix socket."""

    path: str
    authority: str
    host: str = ""
    port: int = 0
    is_tls: bool = False
    unix_path: str | None = None
    authorization: str | None = None

    @property
    def address(self) -> _Address | None:
        """None for a name, which must be resolved."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def is_near(self) -> bool:
        """On this machine, where compression costs more than it saves."""
        if self.unix_path is not None or self.host == "localhost":
            return True
        return self.address is not None and self.address.is_loopback


def parse_target(url: str) -> Target:
    """Raises TargetError."""
    if _UNWRITABLE.search(url):
        raise TargetError(f"{url!r}: a URL has no spaces or control characters")
    try:
        parts = urlsplit(url)
        if parts.scheme in _PORTS:
            return _tcp(parts)
        if parts.scheme == "unix":
            path = parse_qs(parts.query).get("path", ["/"])[0]
            return _unix(parts.netloc + parts.path, path)
        if parts.scheme == "http+unix":
            return _unix(unquote(parts.netloc), _path(parts))
    except ValueError as error:
        raise TargetError(f"{url!r}: {error}") from error
    raise TargetError(f"{url!r}: must be http://…, https://…, unix:///… or http+unix://…")


def _tcp(parts: SplitResult) -> Target:
    if not parts.hostname:
        raise ValueError("names no host")
    host = _ascii_host(parts.hostname)
    port = parts.port or _PORTS[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    return Target(
        path=_path(parts),
        authority=shown if port == _PORTS[parts.scheme] else f"{shown}:{port}",
        host=host,
        port=port,
        is_tls=parts.scheme == "https",
        authorization=_authorization(parts),
    )


def _unix(socket_path: str, path: str) -> Target:
    if not socket_path.startswith("/") or "\0" in socket_path:
        raise ValueError("names no absolute path of a socket")
    if not path.startswith("/") or _UNWRITABLE.search(path):
        raise ValueError("the path of a request begins with a slash and has no spaces")
    return Target(path=quote(path, safe=_SAFE), authority="localhost", unix_path=socket_path)


def _path(parts: SplitResult) -> str:
    path = quote(parts.path, safe=_SAFE) or "/"
    return f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path


def _ascii_host(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()


def _authorization(parts: SplitResult) -> str | None:
    if parts.username is None:
        return None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
