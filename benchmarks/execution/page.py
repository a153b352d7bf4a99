"""A page of videos with author, counters and viewer state, each from a dataloader; the data is made beforehand."""

from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.types import Info

from kit.graphql.batched import batched
from kit.graphql.loading import Loader

VIDEOS = 20

QUERY = """
query Page($first: Int!) {
  feed(first: $first) {
    items {
      id title description durationMs width height
      author { id handle displayName isVerified }
      counters { views likes comments shares }
      viewerState { hasLiked hasSaved }
    }
    hasNextPage
  }
}
"""


@strawberry.type
class User:
    id: strawberry.ID
    handle: str
    display_name: str
    is_verified: bool


@strawberry.type
class Counters:
    views: int
    likes: int
    comments: int
    shares: int


@strawberry.type
class ViewerState:
    has_liked: bool
    has_saved: bool


USERS = {number: User(id=f"usr_{number}", handle=f"user{number}", display_name=f"User {number}", is_verified=number % 2 == 0) for number in range(VIDEOS)}  # type: ignore[arg-type] # fmt: skip # noqa: E501
COUNTERS = {number: Counters(views=number * 100, likes=number * 10, comments=number, shares=1) for number in range(VIDEOS)}  # fmt: skip # noqa: E501
STATES = {number: ViewerState(has_liked=number % 3 == 0, has_saved=False) for number in range(VIDEOS)}


class UserLoader(Loader[int, User]):
    async def batch_load_fn(self, keys: list[int]) -> list[User]:
        return [USERS[key] for key in keys]


class CountersLoader(Loader[int, Counters]):
    async def batch_load_fn(self, keys: list[int]) -> list[Counters]:
        return [COUNTERS[key] for key in keys]


class ViewerStateLoader(Loader[int, ViewerState]):
    async def batch_load_fn(self, keys: list[int]) -> list[ViewerState]:
        return [STATES[key] for key in keys]


@dataclass(slots=True)
class Loaders:
    users: UserLoader
    counters: CountersLoader
    states: ViewerStateLoader


@dataclass(slots=True)
class Context:
    loaders: Loaders


def make_context() -> Context:
    return Context(Loaders(UserLoader(), CountersLoader(), ViewerStateLoader()))


PageInfo = Info[Context, None]


def make_schema(*, is_declared: bool) -> Any:
    """The schema; ``is_declared``: its fields say which loader they take, else their resolvers call it."""

    @strawberry.type
    class Video:
        id: strawberry.ID
        number: strawberry.Private[int]
        title: str
        description: str
        duration_ms: int
        width: int | None
        height: int | None
        if is_declared:
            author: User = batched(UserLoader, key="number")
            counters: Counters = batched(CountersLoader, key="number")
            viewer_state: ViewerState = batched(ViewerStateLoader, key="number")
        else:

            @strawberry.field
            async def author(self, info: PageInfo) -> User:
                return await info.context.loaders.users.load(self.number)

            @strawberry.field
            async def counters(self, info: PageInfo) -> Counters:
                return await info.context.loaders.counters.load(self.number)

            @strawberry.field
            async def viewer_state(self, info: PageInfo) -> ViewerState:
                return await info.context.loaders.states.load(self.number)

    @strawberry.type
    class Feed:
        items: list[Video]
        has_next_page: bool

    videos = [
        Video(
            id=strawberry.ID(f"vid_{number}"),
            number=number,
            title=f"Video {number}",
            description="What it is about, in a sentence or two.",
            duration_ms=15_000,
            width=1080,
            height=1920,
        )
        for number in range(VIDEOS)
    ]

    @strawberry.type
    class Query:
        @strawberry.field
        async def feed(self, first: int) -> Feed:
            return Feed(items=videos[:first], has_next_page=True)

    return strawberry.Schema(Query)
