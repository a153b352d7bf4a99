"""TCP, TLS and Unix sockets, as HttpTransport meets them."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.subgraph import SubgraphRequest, SubgraphUnavailableError
from router.transports import HttpFigures, HttpTransport
from tests.support.raw_http import Peer, on_both_loops, raw_server, response

_REQUEST = SubgraphRequest("query($n: Int) { a(n: $n) }", {"n": 1}, headers={"x-trace": "1"})


async def _echo(peer: Peer) -> None:
    while True:
        asked = json.loads(await peer.request())
        await peer.say(response(json.dumps({"data": asked}).encode()))


async def _ask(url: str, tls: ssl.SSLContext | None = None) -> object:
    transport = HttpTransport("a", url, HttpFigures(timeout_s=5, connect_timeout_s=2), tls)
    try:
        answer = await transport.execute(_REQUEST)
        assert await transport.execute(_REQUEST) == answer
    finally:
        await transport.close()
    return answer["data"]


_ASKED = {"query": _REQUEST.query, "variables": {"n": 1}}


@on_both_loops
async def test_a_unix_socket_in_both_spellings(tmp_path: Path) -> None:
    path = tmp_path / "a b.sock"
    async with raw_server(_echo, unix_path=path) as server:
        assert await _ask(f"http+unix://{quote(str(path), safe='')}/graphql") == _ASKED
        path.rename(tmp_path / "a.sock")
        assert await _ask(f"unix://{tmp_path}/a.sock?path=/graphql") == _ASKED
        assert server.accepted == 2


@pytest.mark.parametrize("url", ["unix:///nowhere/at/all.sock", "http://127.0.0.1:9/", "http://[::1]:9/"])
@on_both_loops
async def test_nobody_there(url: str) -> None:
    with pytest.raises(SubgraphUnavailableError, match="no connection"):
        await _ask(url)


@on_both_loops
async def test_a_name_is_tried_at_all_its_addresses() -> None:
    """``localhost`` may be ::1 first, where nobody listens."""
    async with raw_server(_echo) as server:
        assert await _ask(server.url.replace("127.0.0.1", "localhost")) == _ASKED


@dataclass(frozen=True, slots=True)
class _Identity:
    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> _Identity:
    """A certificate of its own authority for 127.0.0.1, and a client that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "subgraph")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return _Identity(server, ssl.create_default_context(cafile=str(folder / "cert.pem")))


@on_both_loops
async def test_tls_with_a_known_authority(identity: _Identity) -> None:
    async with raw_server(_echo, tls=identity.server) as server:
        assert await _ask(server.url, identity.client) == _ASKED
        assert server.accepted == 1


@on_both_loops
async def test_tls_without_the_authority_is_refused(identity: _Identity) -> None:
    async with raw_server(_echo, tls=identity.server) as server:
        with pytest.raises(SubgraphUnavailableError, match="SSLCertVerificationError"):
            await _ask(server.url)


@on_both_loops
async def test_tls_under_another_name_is_refused(identity: _Identity) -> None:
    async with raw_server(_echo, tls=identity.server) as server:
        with pytest.raises(SubgraphUnavailableError, match="SSLCertVerificationError"):
            await _ask(server.url.replace("127.0.0.1", "localhost"), identity.client)


@on_both_loops
async def test_tls_to_a_server_without(identity: _Identity) -> None:
    async def script(peer: Peer) -> None:
        await peer.gone()

    async with raw_server(script) as server:
        with pytest.raises(SubgraphUnavailableError):
            await asyncio.wait_for(_ask(server.url.replace("http:", "https:"), identity.client), 4)


@on_both_loops
async def test_a_header_that_would_be_two_costs_the_request_and_nothing_is_sent() -> None:
    async with raw_server(_echo) as server:
        transport = HttpTransport("a", server.url)
        with pytest.raises(SubgraphUnavailableError, match="control character"):
            await transport.execute(SubgraphRequest("{ a }", headers={"x": "a\r\ny: b"}))
        assert server.accepted == 0


@on_both_loops
async def test_a_transport_may_be_used_after_close() -> None:
    async with raw_server(_echo) as server:
        transport = HttpTransport("a", server.url)
        for number in (1, 2):
            assert (await transport.execute(_REQUEST))["data"] == _ASKED
            await transport.close()
            assert server.accepted == number


@pytest.mark.parametrize(
    ("query", "is_sent_again"),
    [
        ("query A { a }", True),
        ("{ a }", True),
        ("mutation { a }", False),
        ("fragment F on A { a } { ...F }", False),
    ],
)
@on_both_loops
async def test_only_queries_are_sent_again(query: str, is_sent_again: bool) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.say(response(b'{"data": {}}'))
        await peer.request()

    async with raw_server(script) as server:
        transport = HttpTransport("a", server.url)
        await transport.execute(SubgraphRequest(query))
        if is_sent_again:
            assert await transport.execute(SubgraphRequest(query)) == {"data": {}}
        else:
            with pytest.raises(SubgraphUnavailableError, match="used again"):
                await transport.execute(SubgraphRequest(query))
        await transport.close()
        assert server.accepted == 1 + is_sent_again
