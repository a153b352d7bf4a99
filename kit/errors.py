"""The exception tree. Client errors reach the client verbatim; everything else is masked and logged.

ClipgraphError
├── ClientError                    what a caller caused: stable ``code``, a message made for them
│   ├── UserError                  what a user can mend: becomes ``payload.userErrors``
│   └── RequestError               becomes ``errors[].extensions.code``
│       ├── UnauthenticatedError   UNAUTHENTICATED
│       ├── ForbiddenError         FORBIDDEN
│       ├── NotFoundError          NOT_FOUND
│       ├── RateLimitedError       RATE_LIMITED
│       ├── BadUserInputError      BAD_USER_INPUT
│       └── OverloadedError        OVERLOADED
└── InternalError                  what we caused: masked as INTERNAL_SERVER_ERROR
    └── DependencyError            a server we rely on did not answer
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar


class ClipgraphError(Exception):
    """Root of the tree."""


class ClientError(ClipgraphError):
    """Safe to show. ``code`` is SCREAMING_SNAKE and never changes its meaning."""

    code: ClassVar[str]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(ClientError):
    """Something in the input can be mended; ``field`` is its path below ``input`` (GraphQL names)."""

    def __init__(self, message: str, *, field: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.field = tuple(field)


class RequestError(ClientError):
    """The request as a whole is refused. ``details`` are merged into ``extensions``."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class UnauthenticatedError(RequestError):
    code = "UNAUTHENTICATED"

    def __init__(self, message: str = "Sign in to do this.") -> None:
        super().__init__(message)


class ForbiddenError(RequestError):
    code = "FORBIDDEN"


class NotFoundError(RequestError):
    code = "NOT_FOUND"


class RateLimitedError(RequestError):
    """``retry_after_s`` tells when a token is there again."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message, retryAfterSeconds=retry_after_s)


class BadUserInputError(RequestError):
    code = "BAD_USER_INPUT"


class OverloadedError(RequestError):
    """There is more to do than can be done. What was asked may be asked again after a moment."""

    code = "OVERLOADED"

    def __init__(self) -> None:
        super().__init__("There is too much to do. Try again soon.", retryAfterSeconds=1)


class InternalError(ClipgraphError):
    """A defect or an outage of ours; the text is for the log only."""


class DependencyError(InternalError):
    """A database, cache, store or broker did not answer as it should.

    ``is_answer``: it did answer, with a no that asking again won't change.
    """

    is_answer: ClassVar[bool] = False
