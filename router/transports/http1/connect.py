"""Opens sockets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import TypeVar

from router.transports.http1.errors import ConnectError
from router.transports.http1.target import Target

_ProtocolT = TypeVar("_ProtocolT", bound=asyncio.Protocol)


def make_tls() -> ssl.SSLContext:
    """Verifies the server and its name; ``SSL_CERT_FILE`` names other authorities than the system's."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


async def connect(
    target: Target, make: Callable[[], _ProtocolT], tls: ssl.SSLContext | None, deadline: float
) -> _ProtocolT:
    """A protocol with its connection made. Raises ConnectError, TimeoutError."""
    try:
        async with asyncio.timeout_at(deadline):
            if target.unix_path is not None:
                loop = asyncio.get_running_loop()
                return (await loop.create_unix_connection(make, target.unix_path))[1]
            return await _connect_tcp(target, make, tls, deadline)
    except TimeoutError:
        raise
    except OSError as error:
        raise ConnectError(f"no connection: {type(error).__name__}") from error


async def _connect_tcp(
    target: Target, make: Callable[[], _ProtocolT], tls: ssl.SSLContext | None, deadline: float
) -> _ProtocolT:
    """Tries address after address, so that a dead one leaves time for the others."""
    loop = asyncio.get_running_loop()
    hosts = await _addresses(target)
    for place, host in enumerate(hosts):
        now = loop.time()
        try:
            async with asyncio.timeout_at(now + (deadline - now) / (len(hosts) - place)):
                _, protocol = await loop.create_connection(
                    make, host, target.port, ssl=tls, server_hostname=target.host if tls else None
                )
                return protocol
        except OSError:
            if place == len(hosts) - 1:
                raise
    raise OSError("the name has no address")


async def _addresses(target: Target) -> list[str]:
    if target.address is not None:
        return [target.host]
    found = await asyncio.get_running_loop().getaddrinfo(target.host, target.port, proto=6)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))
