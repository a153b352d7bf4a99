"""A connection as a page: its nodes as ``items``, and where the next page is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from router.rest.messages import Asked

ITEMS = "items"


def flatten_page(connection: Mapping[str, Any]) -> dict[str, Any]:
    """``edges`` become ``items``; what could not be read leaves a null, so that places stay what errors say."""
    items = [edge and edge.get("node") for edge in connection["edges"] or ()]
    return {ITEMS: items, **{key: value for key, value in connection.items() if key != "edges"}}


def flatten_path(path: Sequence[str | int]) -> list[str | int]:
    """Of an error in a connection."""
    if not path or path[0] != "edges":
        return list(path)
    return [ITEMS, *path[1:2], *path[3:]]


def next_link(connection: Mapping[str, Any], asked: Asked) -> str | None:
    """``Link`` (RFC 8288): the same request, from where this page ends."""
    info = connection.get("pageInfo")
    if not info or not info.get("hasNextPage") or info.get("endCursor") is None:
        return None
    query = [(name, value) for name, value in asked.query if name != "after"]
    text = urlencode([*query, ("after", info["endCursor"])])
    return f'<{quote(asked.path, safe="/%~")}?{text}>; rel="next"'
