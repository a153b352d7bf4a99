"""``python -m tests.support.worker_app``: a worker that tells who answers, slowly if asked to."""

from __future__ import annotations

import asyncio
import os
import sys

from prometheus_client import Counter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kit.service import add_health, run_process, serve_asgi, stop_on_signals

_BEGUN = Counter("begun_total", "Requests.")
_ANSWERED = Counter("answered_total", "Answers.", ["kind"])


async def answer(request: Request) -> Response:
    _BEGUN.inc()
    await asyncio.sleep(float(request.query_params.get("seconds", "0")))
    _ANSWERED.labels("pid").inc()
    return PlainTextResponse(str(os.getpid()))


async def main() -> None:
    app = Starlette(routes=[Route("/pid", answer)])
    add_health(app, {})
    await serve_asgi(app, host="127.0.0.1", port=0, stop=stop_on_signals())


if __name__ == "__main__":
    if "--fail" in sys.argv:
        sys.exit(3)
    run_process(main())
