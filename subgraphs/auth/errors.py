"""What a user can mend about accounts and sessions.

UserError
├── InvalidEmailError          INVALID_EMAIL
├── EmailTakenError            EMAIL_TAKEN
├── InvalidHandleError         INVALID_HANDLE
├── HandleTakenError           HANDLE_TAKEN
├── InvalidDisplayNameError    INVALID_DISPLAY_NAME
├── WeakPasswordError          WEAK_PASSWORD
├── InvalidCredentialsError    INVALID_CREDENTIALS      one code for all, so that nobody learns which accounts exist
├── InvalidRefreshTokenError   INVALID_REFRESH_TOKEN    unknown or expired
└── SessionRevokedError        SESSION_REVOKED          logged out, or a spent token was used again
"""

from __future__ import annotations

from contracts.names import DISPLAY_NAME_MAX_LENGTH, HANDLE_MAX_LENGTH, HANDLE_MIN_LENGTH
from kit.errors import UserError
from subgraphs.auth.models import LIMITS


class InvalidEmailError(UserError):
    code = "INVALID_EMAIL"

    def __init__(self) -> None:
        super().__init__("This is no e-mail address.", field=["email"])


class EmailTakenError(UserError):
    code = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail address.", field=["email"])


class InvalidHandleError(UserError):
    code = "INVALID_HANDLE"

    def __init__(self) -> None:
        super().__init__(
            f"A handle is {HANDLE_MIN_LENGTH} to {HANDLE_MAX_LENGTH} letters, digits, "
            "dots or underscores, without a dot at either end or two in a row.",
            field=["handle"],
        )


class HandleTakenError(UserError):
    code = "HANDLE_TAKEN"

    def __init__(self) -> None:
        super().__init__("Somebody else has this handle.", field=["handle"])


class InvalidDisplayNameError(UserError):
    code = "INVALID_DISPLAY_NAME"

    def __init__(self) -> None:
        super().__init__(
            f"A name has 1 to {DISPLAY_NAME_MAX_LENGTH} visible characters.", field=["display_name"]
        )


class WeakPasswordError(UserError):
    code = "WEAK_PASSWORD"

    def __init__(self) -> None:
        super().__init__(
            f"A password has {LIMITS.password_min_length} to {LIMITS.password_max_length} characters "
            "and is neither your e-mail address nor your handle.",
            field=["password"],
        )


class InvalidCredentialsError(UserError):
    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("No account matches this login and password.")


class InvalidRefreshTokenError(UserError):
    code = "INVALID_REFRESH_TOKEN"

    def __init__(self) -> None:
        super().__init__("This refresh token is unknown or has expired: log in.", field=["refresh_token"])


class SessionRevokedError(UserError):
    code = "SESSION_REVOKED"

    def __init__(self) -> None:
        super().__init__("This session has ended: log in.", field=["refresh_token"])
