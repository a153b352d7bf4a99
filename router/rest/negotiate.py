"""Media types of requests and answers (RFC 9110 sections 8.3 and 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from router.rest.problems import ProblemError

JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"


def check_accept(headers: Mapping[str, str]) -> None:
    """Raises ProblemError: 406."""
    if not _takes_json(headers.get("accept", "*/*")):
        raise ProblemError(406, "NOT_ACCEPTABLE", f"Accept {JSON}.")


def check_content(method: str, headers: Mapping[str, str]) -> None:
    """Of a request that has a body. Raises ProblemError: 415."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    allowed = (JSON, _MERGE_PATCH) if method == "PATCH" else (JSON,)
    if media_type.strip().lower() not in allowed:
        accepted = {"accept-patch" if method == "PATCH" else "accept": ", ".join(allowed)}
        raise _unsupported(f"Send the content type {JSON}.", accepted)
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if charset not in {"", "utf-8", "utf8"}:
        raise _unsupported("Send UTF-8.", {})
    if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise _unsupported("Send the body as it is.", {"accept-encoding": "identity"})


def _unsupported(detail: str, headers: Mapping[str, str]) -> ProblemError:
    return ProblemError(415, "UNSUPPORTED_MEDIA_TYPE", detail, headers=headers)


@lru_cache(256)
def _takes_json(accept: str) -> bool:
    """The most specific range counts."""
    qualities: dict[str, float] = {}
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        media_range, *parameters = (each.strip().lower() for each in part.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        qualities[media_range] = max(_number(quality), qualities.get(media_range, 0.0))
    for media_range in (JSON, "application/*", "*/*"):
        if media_range in qualities:
            return qualities[media_range] > 0
    return False


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
