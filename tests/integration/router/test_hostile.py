"""Requests that mean harm: each gets a 4xx with a GraphQL error, soon, and the router serves on."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from kit import http_protocol
from router.app import create_app
from router.assemble import engine_figures
from router.configuration.model import RouterConfiguration
from router.engine import Engine
from router.pipeline.handle import Pipeline
from tests.support.ports import served
from tests.support.raw_requests import JSON_TYPE, RawAnswer, ask, exchange, post
from tests.support.shop import make_shop


def _chain(part: str, count: int, on: str = "Query") -> str:
    fragments = " ".join(
        f"fragment F{number} on {on} {{ {part.replace('NEXT', f'F{number + 1}')} }}"
        for number in range(count)
    )
    return f"{fragments} fragment F{count} on {on} {{ __typename }}"


MUTATION = 'mutation { rename(id: "1", title: "x") { id } }'
UPGRADE = b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
HOSTILE: dict[str, tuple[bytes, int]] = {
    "a fragment bomb": (ask("{ ...F0 } " + _chain("a: __typename ...NEXT ...NEXT", 40)), 400),
    "a bomb of levels": (ask("{ me { ...F0 } } " + _chain("a: me { ...NEXT } b: me { ...NEXT }", 40)), 400),
    "a chain of fragments": (ask("{ ...F0 } " + _chain("...NEXT", 480)), 400),
    "aliases": (ask("{" + " ".join(f"a{number}: __typename" for number in range(3000)) + "}"), 400),
    "one field many times": (ask("{" + " __typename" * 7000 + "}"), 400),
    "directives": (ask("{ __typename " + "@skip(if: false) " * 2000 + "}"), 400),
    "braces": (ask("{" * 100_000), 400),
    "brackets": (ask("{ a(b: " + "[" * 5000 + "]" * 5000 + ") }"), 400),
    "levels": (ask("{a" * 500 + "}" * 500), 400),
    "operations": (ask(" ".join(f"query Q{number} {{ __typename }}" for number in range(2000))), 400),
    "variables": (ask("query(" + ",".join(f"$v{n}: Int" for n in range(3000)) + ") { __typename }"), 400),
    "a megabyte of fields": (ask("{ " + "a " * 600_000 + "}"), 400),
    "a megabyte of text": (ask('{ a(b: "' + "a" * 1_500_000 + '") }'), 400),
    "a large body": (post(b"x" * 3_000_000), 413),
    "deep JSON": (post("[" * 100_000), 400),
    "no UTF-8": (post(b'{"query":"{__typename}\xff"}'), 400),
    "NaN": (post('{"query":"{__typename}","variables":{"a":NaN}}'), 400),
    "infinity": (post('{"query":"{__typename}","variables":{"a":1e400}}'), 400),
    "a lone surrogate": (post('{"query":"{__typename}","variables":{"a":"\\ud800"}}'), 400),
    "a raw NUL": (post(b'{"query":"{__typename}\x00"}'), 400),
    "a gzip bomb": (
        post(gzip.compress(b"a" * 100_000_000, 1), JSON_TYPE + b"content-encoding: gzip\r\n"),
        413,
    ),
    "no gzip": (post(b"plain", JSON_TYPE + b"content-encoding: gzip\r\n"), 400),
    "an unknown encoding": (post(b"x", JSON_TYPE + b"content-encoding: br\r\n"), 415),
    "no host": (post("{}", host=b""), 400),
    "a host that is none": (post("{}", host=b"host: a b/<script>\r\n"), 400),
    "two hosts": (post("{}", host=b"host: a\r\nhost: b\r\n"), 400),
    "a form": (post("query={__typename}", b"content-type: application/x-www-form-urlencoded\r\n"), 400),
    "plain text": (post(json.dumps({"query": MUTATION}), b"content-type: text/plain\r\n"), 400),
    "form data": (post("--a--", b"content-type: multipart/form-data; boundary=a\r\n"), 400),
    "no type": (post(json.dumps({"query": MUTATION}), b""), 400),
    "a foreign page that reads": (
        b"GET /graphql?query={__typename} HTTP/1.1\r\nhost: a\r\nsec-fetch-site: cross-site\r\n\r\n",
        400,
    ),
    "PUT": (b"PUT /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n", 405),
    "CONNECT": (b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", 405),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03garbage\r\n\r\n", 400),
    "two lengths": (
        b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "a negative length": (b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: -5\r\n\r\n", 400),
    "a broken chunk": (
        b"POST /graphql HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n\r\n",
        400,
    ),
    "a large header": (b"GET /graphql HTTP/1.1\r\nhost: a\r\nb: " + b"c" * 200_000 + b"\r\n\r\n", 431),
    "a long URL": (b"GET /graphql?query=" + b"a" * 200_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n", 431),
    "nothing acceptable": (post("{}", JSON_TYPE + b"accept: image/png\r\n"), 406),
    "a batch": (post("[" + ",".join(['{"query":"{__typename}"}'] * 1000) + "]"), 400),
    "a wrong hash": (
        post('{"query":"{__typename}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}'),
        400,
    ),
}


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    configuration = RouterConfiguration()
    engine = Engine(make_shop().supergraph, {}, engine_figures(configuration))
    async with served(create_app(Pipeline(engine, configuration=configuration))) as url:
        yield urlsplit(url).port or 0


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_request_is_refused(port: int, name: str) -> None:
    request, status = HOSTILE[name]
    answer = await exchange(port, request)
    assert answer.status == status, answer
    assert answer.codes
    assert await _serves_on(port)


async def test_who_offers_another_protocol_is_answered_in_this_one(port: int) -> None:
    request = post('{"query":"{__typename}"}', JSON_TYPE + UPGRADE)
    assert await exchange(port, request) == RawAnswer(200, b'{"data":{"__typename":"Query"}}')


async def test_who_never_finishes_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.1)
    monkeypatch.setattr(http_protocol, "BODY_TIMEOUT_S", 0.1)
    for request in (b"", b"POST /graphql HT", ask("{ __typename }")[:-5]):
        answer = await exchange(port, request)
        assert (answer.status, answer.codes) == (408, ["REQUEST_TIMEOUT"])


async def test_what_is_mangled_at_random_never_breaks_the_router(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.5)
    monkeypatch.setattr(http_protocol, "BODY_TIMEOUT_S", 0.5)
    await mangle_many(port, cases=800, seed=4)


async def mangle_many(port: int, *, cases: int, seed: int, at_once: int = 20) -> None:
    """At length: ``python -m tests.integration.router.test_hostile PORT CASES SEED``."""
    draw = random.Random(seed)
    for _ in range(cases // at_once):
        requests = [mangle(draw) for _ in range(at_once)]
        answers = await asyncio.gather(*(exchange(port, request, timeout_s=40) for request in requests))
        for request, answer in zip(requests, answers, strict=True):
            assert answer.status < 500, request
            assert not any(word in answer.body for word in (b"Traceback", b".py", b"memory://")), answer
    assert await _serves_on(port)


def mangle(draw: random.Random) -> bytes:
    """One of the requests above, or a good one, with bytes changed, lost, doubled or cut off; then complete."""
    seeds = [request for request, _ in HOSTILE.values() if len(request) < 5000]
    request = bytearray(draw.choice([*seeds, ask("{ __typename }"), ask("query Q($a: ID) { __typename }")]))
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(request) + 1) - 1 if request else 0
        match draw.randrange(4):
            case 0:
                request[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                del request[at : at + draw.randint(1, 20)]
            case 2:
                request[at:at] = request[at : at + draw.randint(1, 20)]
            case _:
                request[at:at] = draw.choice(
                    [b"\r\n", b"\x00", b"\xff", b"{", b'"', b"[1", b"\r\n\r\n", b": "]
                )
    return bytes(request)


async def _serves_on(port: int) -> bool:
    return (await exchange(port, ask("{ __typename }"))).status == 200


if __name__ == "__main__":
    port_, cases_, seed_ = map(int, sys.argv[1:])
    asyncio.run(mangle_many(port_, cases=cases_, seed=seed_))
