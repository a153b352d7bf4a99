"""A REST request from its first byte to its answer."""

from __future__ import annotations

from router.rest.api import RestApi
from router.rest.messages import Execute, RestRequest, RestResponse

_OF_THE_BODY = frozenset(
    {
        "accept",
        "accept-encoding",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "idempotency-key",
        "if-none-match",
        "transfer-encoding",
    }
)
"""Headers that speak of this request and its answer, not of the operation in it."""


async def handle(api: RestApi, request: RestRequest, execute: Execute) -> RestResponse:
    """Raises what ``execute`` raises, and nothing else."""
    call = api.match(request.method, request.path, request.query, request.headers, request.body)
    if isinstance(call, RestResponse):
        return call
    headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_BODY}
    return api.answer(call, await execute(call.document, dict(call.variables), headers))
