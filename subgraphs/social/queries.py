"""Query fields of the social subgraph."""

from typing import Annotated

import strawberry

from contracts import ids
from kit.graphql.ids import find_id
from subgraphs.social.loaders import SocialInfo
from subgraphs.social.types import Comment, comment_or_none


@strawberry.type
class Query:
    @strawberry.field(description="A comment by its id; null when there is none for you.")
    async def comment(
        self,
        info: SocialInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="TypeID, `cmt_…`.")],
    ) -> Comment | None:
        comment_id = find_id(ids.COMMENT, id)
        if comment_id is None:
            return None
        return comment_or_none(await info.context.loaders.comment_by_id.load(comment_id))
