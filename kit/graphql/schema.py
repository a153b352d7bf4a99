"""Building a subgraph's schema, the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from strawberry.federation.schema_directives import Tag
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType

from kit.graphql.entities import SubgraphSchema

FEDERATION_VERSION: Final = "2.9"

VIEWER_DEPENDENT = Tag(name="viewer")
"""Goes on each field whose value depends on who asks: such a selection is never shared between sockets."""


class PlatformNames(NameConverter):
    """Strawberry's names, but ``UserErrorType[LikeVideoErrorCode]`` is ``LikeVideoUserError``."""

    def from_generic(
        self,
        object_type: StrawberryObjectDefinition,
        types: list[StrawberryType | type],
    ) -> str:
        name = super().from_generic(object_type, types)
        return name.replace("ErrorCodeUserError", "UserError")


def build_schema(
    *,
    query: type | None,
    mutation: type | None = None,
    subscription: type | None = None,
    types: Iterable[Any] = (),
) -> SubgraphSchema:
    """A Federation 2 subgraph schema."""
    return SubgraphSchema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        federation_version=FEDERATION_VERSION,
        config=StrawberryConfig(name_converter=PlatformNames()),
    )
