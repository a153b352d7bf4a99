"""Relay connections with opaque keyset cursors."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import orjson
import strawberry

from kit.errors import BadUserInputError

NodeT = TypeVar("NodeT")
RowT = TypeVar("RowT")

DEFAULT_PAGE = 20
MAX_PAGE = 100


@strawberry.federation.type(shareable=True, description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether `after: endCursor` gives more.")
    has_previous_page: bool = strawberry.field(description="Whether the page was asked for with `after`.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge.")


@strawberry.federation.type(shareable=True, description="An item of a list and its place in it.")
class Edge(Generic[NodeT]):
    cursor: str = strawberry.field(description="Opaque; give it as `after` to go on from here.")
    node: NodeT = strawberry.field(description="The item.")


@strawberry.federation.type(shareable=True, description="A page of a list.")
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="The items of this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")


def page_size(first: int | None) -> int:
    """How many to read. Raises BadUserInputError outside 1 to 100."""
    size = DEFAULT_PAGE if first is None else first
    if not 1 <= size <= MAX_PAGE:
        raise BadUserInputError(f"first takes 1 to {MAX_PAGE}.")
    return size


def encode_cursor(*position: str | int | float) -> str:
    """An opaque cursor of a keyset position."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[str | int | float] | None:
    """The position inside, None for no cursor. Raises BadUserInputError for what we did not make."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = orjson.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        position = None
    if not isinstance(position, list) or len(position) != length:
        raise BadUserInputError("after is not a cursor of this list.")
    return position


def connect(
    rows: Sequence[RowT],
    size: int,
    *,
    after: str | None,
    cursor: Callable[[RowT], str],
    node: Callable[[RowT], NodeT],
) -> Connection[NodeT]:
    """The connection of up to ``size + 1`` rows that were read: the one too many tells of a next page."""
    page = rows[:size]
    edges = [Edge(cursor=cursor(row), node=node(row)) for row in page]
    info = PageInfo(
        has_next_page=len(rows) > size,
        has_previous_page=after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, page_info=info)
