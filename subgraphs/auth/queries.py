"""Query fields of the auth subgraph."""

import strawberry

from contracts import ids
from subgraphs.auth import repository
from subgraphs.auth.types import AuthInfo, Session

_SESSIONS_SHOWN = 100


@strawberry.type
class Query:
    @strawberry.federation.field(
        tags=["viewer"],
        description="Where you are logged in, newest first, 100 at most. Needs a signed-in viewer.",
    )
    async def my_sessions(self, info: AuthInfo) -> list[Session]:
        viewer = info.context.signed_in()
        assert viewer.user_id is not None
        found = await repository.open_sessions(
            info.context.resources.database, viewer.user_id, _SESSIONS_SHOWN
        )
        return [
            Session(
                id=strawberry.ID(ids.encode_id(ids.SESSION, session.session_id)),
                created_at=session.created_at,
                is_current=session.session_id == viewer.session_id,
            )
            for session in found
        ]
