"""Cross-site request forgery: requests that a browser sends for a foreign page without asking first are refused.

A page of another origin can make a browser send its cookies along with a *simple* request. One that carries JSON, or
one of the headers below, makes the browser ask by a preflight, which CORS then answers. Apollo's guard refuses every
simple request; this one lets a GET pass that has no mark of a browser, since it can't write and carries nobody's rights.
"""

from __future__ import annotations

from router.configuration.model import Csrf
from router.pipeline.messages import HttpRequest, RefusedError

_SIMPLE = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_OWN_SITES = frozenset({"same-origin", "none"})
_BROWSER_MARKS = ("origin", "referer", "cookie")


def check_csrf(request: HttpRequest, csrf: Csrf) -> None:
    """Raises RefusedError: 400."""
    if csrf.unsafe_disabled:
        return
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in _SIMPLE or any(request.headers.get(name) for name in csrf.required_headers):
        return
    if request.method == "GET" and not _may_be_foreign_page(request):
        return
    names = ", ".join(csrf.required_headers)
    raise RefusedError(
        400,
        "CSRF",
        "This looks like a request that a browser sent for a foreign page. Send a `content-type` such as "
        f"application/json, or one of these headers with any value: {names}.",
    )


def _may_be_foreign_page(request: HttpRequest) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site.strip().lower() not in _OWN_SITES
    return any(name in request.headers for name in _BROWSER_MARKS)
