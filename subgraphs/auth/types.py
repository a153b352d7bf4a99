"""Object types of the auth subgraph, and what its resolvers find in their context."""

from dataclasses import dataclass
from datetime import datetime

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from contracts import ids
from kit.graphql.context import RequestContext
from subgraphs.auth import models
from subgraphs.auth.passwords import Passwords
from subgraphs.auth.tokens import SigningKey


@dataclass(slots=True, kw_only=True)
class AuthContext(RequestContext[None]):
    """``key`` signs access tokens; ``passwords`` hashes. What is checked before a transaction waits here for it:
    a registration with its password hash; an account with a new hash where the old one is out of date.
    """

    key: SigningKey
    passwords: Passwords
    sign_up: tuple[models.SignUp, str] | None = None
    logging_in: tuple[models.Account, str | None] | None = None


AuthInfo = strawberry.Info[AuthContext, None]


@strawberry.federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)], description="A person on the platform."
)
class User:
    id: strawberry.ID = strawberry.field(description="TypeID, `usr_…`.")
    handle: str = strawberry.federation.field(external=True, description="The name in URLs and mentions.")
    display_name: str = strawberry.federation.field(external=True, description="The name that people read.")

    @classmethod
    def of(cls, account: models.Account) -> "User":
        return cls(
            id=strawberry.ID(ids.encode_id(ids.USER, account.account_id)),
            handle=account.handle,
            display_name=account.display_name,
        )


@strawberry.type(description="What proves who you are. Keep the refresh token secret.")
class AuthTokens:
    access_token: str = strawberry.field(
        description="A JWT for `Authorization: Bearer …`; good for 15 minutes."
    )
    access_token_expires_at: datetime = strawberry.field(
        description="When the access token stops being good."
    )
    refresh_token: str = strawberry.field(
        description="Buys the next pair at `refreshSession`, once; good for 7 days."
    )

    @classmethod
    def of(cls, issued: models.IssuedTokens) -> "AuthTokens":
        return cls(
            access_token=issued.access_token,
            access_token_expires_at=issued.expires_at,
            refresh_token=issued.refresh_token,
        )


@strawberry.type(description="A place where you are logged in.")
class Session:
    id: strawberry.ID = strawberry.field(description="TypeID, `ses_…`.")
    created_at: datetime = strawberry.field(description="When you logged in there.")
    is_current: bool = strawberry.field(description="Whether this request belongs to it.")
