"""Query fields of the users subgraph."""

from typing import Annotated

import strawberry

from subgraphs.users import service
from subgraphs.users.loaders import UsersInfo
from subgraphs.users.types import User, user_by_handle, user_by_id

Handle = Annotated[str, strawberry.argument(description="In any case, with or without `@`.")]


@strawberry.type
class Query:
    @strawberry.federation.field(tags=["viewer"], description="You; null when you are not signed in.")
    async def me(self, info: UsersInfo) -> User | None:
        viewer = info.context.viewer
        if viewer.user_id is None:
            return None
        profile = await info.context.loaders.profile_by_id.load(viewer.user_id)
        if profile is None:
            async with info.context.resources.database.transaction() as tx:
                profile = await service.ensure_profile(tx, viewer.user_id, viewer.handle, viewer.name)
        return User.of(profile)

    @strawberry.field(description="A person by their id; null when there is none.")
    async def user(
        self,
        info: UsersInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="TypeID, `usr_…`.")],
    ) -> User | None:
        return await user_by_id(info, id)

    @strawberry.field(description="A person by their handle; null when there is none.")
    async def user_by_handle(self, info: UsersInfo, handle: Handle) -> User | None:
        return await user_by_handle(info, handle)

    @strawberry.federation.field(
        tags=["viewer"], description="Whether you could go by this handle: valid, and free or yours."
    )
    async def handle_available(self, info: UsersInfo, handle: Handle) -> bool:
        viewer, db = info.context.viewer, info.context.resources.database
        return await service.is_handle_available(db, handle, viewer.user_id)
