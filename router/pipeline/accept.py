"""Which media type a client takes, by its ``Accept`` header (GraphQL over HTTP, RFC 9110 section 12)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from router.pipeline.messages import RefusedError

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
_MULTIPART = "multipart/mixed"
_EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Accepted:
    """``media_type`` is for one answer; the others say what a client takes for several."""

    media_type: str
    defer: bool = False
    multipart_subscription: bool = False
    events: bool = False


@lru_cache(256)
def negotiate(accept: str) -> Accepted:
    """Without a header, or with ``*/*``, it is plain JSON, as clients of old expect. Raises RefusedError: 406."""
    best: dict[str, float] = {}
    defer = multipart = False
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        media_type, *parameters = (each.strip() for each in part.split(";"))
        given = dict(_parameter(each) for each in parameters)
        quality = _quality(given.get("q", "1"))
        media_type = media_type.lower()
        best[media_type] = max(quality, best.get(media_type, 0.0))
        if media_type == _MULTIPART and quality:
            multipart |= "subscriptionspec" in given
            defer |= "subscriptionspec" not in given
    json = _quality_of(best, JSON)
    graphql_json = best.get(GRAPHQL_JSON, 0.0 if json else _quality_of(best, GRAPHQL_JSON))
    events = best.get(_EVENTS, 0.0) > 0
    if not (json or graphql_json or events or defer or multipart):
        message = f"Accept {GRAPHQL_JSON} or {JSON}."
        raise RefusedError(406, "NOT_ACCEPTABLE", message)
    media_type = GRAPHQL_JSON if graphql_json and graphql_json >= json else JSON
    return Accepted(media_type, defer, multipart, events)


def _quality_of(best: dict[str, float], media_type: str) -> float:
    """The most specific range counts."""
    for media_range in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if media_range in best:
            return best[media_range]
    return 0.0


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
