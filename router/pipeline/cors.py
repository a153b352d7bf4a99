"""Cross-origin resource sharing: which pages may ask, and read the answers (Fetch standard)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from router.configuration.model import Cors as CorsConfiguration
from router.configuration.model import CorsPolicy
from router.pipeline.messages import HttpRequest, HttpResponse

_Figure = TypeVar("_Figure")
_DEFAULT_EXPOSED = ("retry-after", "ratelimit", "ratelimit-policy", "etag", "link", "location")


@dataclass(frozen=True, slots=True)
class _Policy:
    origins: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    allow_credentials: bool
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    methods: tuple[str, ...]
    max_age_s: int

    def covers(self, origin: str) -> bool:
        return origin in self.origins or any(pattern.fullmatch(origin) for pattern in self.patterns)


class Cors:
    """Without an origin in the configuration, pages of other origins can't read anything."""

    def __init__(self, configuration: CorsConfiguration) -> None:
        self._any = configuration.allow_any_origin
        if self._any and configuration.allow_credentials:
            raise ValueError(
                "cors: credentials for any origin would hand every visitor's session to every page"
            )
        own = CorsPolicy(origins=configuration.origins, match_origins=configuration.match_origins)
        self._policies = [_policy(configuration, each) for each in (*configuration.policies, own)]

    def preflight(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a browser that asks whether it may; None for any other request."""
        if request.method != "OPTIONS" or "access-control-request-method" not in request.headers:
            return None
        policy = self._find(request)
        if policy is None:
            return HttpResponse(204, b"", {"vary": "origin"})
        asked = request.headers.get("access-control-request-headers", "")
        headers = self._common(request, policy)
        headers |= {
            "access-control-allow-methods": ", ".join(policy.methods),
            "access-control-allow-headers": ", ".join(policy.allow_headers) or asked,
            "vary": "origin, access-control-request-headers",
        }
        if policy.max_age_s:
            headers["access-control-max-age"] = str(policy.max_age_s)
        return HttpResponse(204, b"", headers)

    def decorate(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The response with what lets a page of a known origin read it."""
        if "origin" not in request.headers:
            return response
        policy = self._find(request)
        known = response.headers.get("vary")
        added: Mapping[str, str] = {}
        if policy is not None:
            exposed = ", ".join((*_DEFAULT_EXPOSED, *policy.expose_headers))
            added = {**self._common(request, policy), "access-control-expose-headers": exposed}
        vary = f"{known}, origin" if known else "origin"
        return replace(response, headers={**response.headers, **added, "vary": vary})

    def _find(self, request: HttpRequest) -> _Policy | None:
        origin = request.headers.get("origin", "")
        for policy in self._policies:
            if policy.covers(origin):
                return policy
        return self._policies[-1] if self._any and origin else None

    def _common(self, request: HttpRequest, policy: _Policy) -> dict[str, str]:
        allowed = "*" if self._any and not policy.allow_credentials else request.headers["origin"]
        headers = {"access-control-allow-origin": allowed, "vary": "origin"}
        if policy.allow_credentials:
            headers["access-control-allow-credentials"] = "true"
        return headers


def _policy(shared: CorsConfiguration, own: CorsPolicy) -> _Policy:
    """Figures that a policy doesn't have are the shared ones. Raises ValueError."""
    try:
        patterns = tuple(re.compile(text) for text in own.match_origins)
    except re.error as error:
        raise ValueError(f"cors.match_origins: {error}") from error
    return _Policy(
        origins=frozenset(origin.rstrip("/") for origin in own.origins),
        patterns=patterns,
        allow_credentials=_first(own.allow_credentials, shared.allow_credentials),
        allow_headers=_names(_first(own.allow_headers, shared.allow_headers)),
        expose_headers=_names(_first(own.expose_headers, shared.expose_headers)),
        methods=_first(own.methods, shared.methods),
        max_age_s=int(_first(own.max_age, shared.max_age)),
    )


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _first(own: _Figure | None, shared: _Figure) -> _Figure:
    return shared if own is None else own
