"""Keys of an issuer, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from router.pipeline.keys import RemoteKeys
from tests.support.ports import served


class Issuer:
    """``go_on`` lets it answer."""

    def __init__(self) -> None:
        public: Any = OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate().public_key(), as_dict=True)
        self.document = {"keys": [{**public, "kid": "1", "alg": "EdDSA"}]}
        self.status = 200
        self.asked = asyncio.Semaphore(0)
        self.count = 0
        self.go_on = asyncio.Event()

    async def answer(self, _: Request) -> Response:
        self.count += 1
        self.asked.release()
        await self.go_on.wait()
        return JSONResponse(self.document, self.status)


async def test_who_comes_while_keys_are_read_waits_for_them() -> None:
    issuer = Issuer()
    async with served(Starlette(routes=[Route("/jwks.json", issuer.answer)])) as url:
        keys = RemoteKeys(f"{url}/jwks.json")
        finding = [asyncio.create_task(keys.find("1"))]
        await issuer.asked.acquire()
        finding += [asyncio.create_task(keys.find("1")) for _ in range(3)]
        await asyncio.sleep(0)
        issuer.go_on.set()
        found = await asyncio.gather(*finding)
        assert all(key is not None and key is found[0] for key in found)
        assert keys.still_has(found[0])  # type: ignore[arg-type]
        assert await keys.find("unknown") is None
        assert issuer.count == 1


async def test_an_outage_of_the_issuer_keeps_what_is_known() -> None:
    issuer = Issuer()
    issuer.go_on.set()
    async with served(Starlette(routes=[Route("/jwks.json", issuer.answer)])) as url:
        keys = RemoteKeys(f"{url}/jwks.json", poll_interval_s=0)
        known = await keys.find("1")
        issuer.status = 500
        assert known is not None
        assert await keys.find("1") is known
        issuer.status, issuer.document = 200, {"keys": []}
        assert await keys.find("1") is None
        assert not keys.still_has(known)
