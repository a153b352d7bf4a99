"""What a user can mend about profiles, settings and avatars.

UserError
├── InvalidHandleError        INVALID_HANDLE
├── HandleTakenError          HANDLE_TAKEN
├── InvalidDisplayNameError   INVALID_DISPLAY_NAME
├── BioTooLongError           BIO_TOO_LONG
├── AvatarTooLargeError       AVATAR_TOO_LARGE
├── AvatarNotFoundError       AVATAR_NOT_FOUND         nothing was put there, or it is not yours
└── UnsupportedAvatarError    UNSUPPORTED_AVATAR       the bytes are no image of the announced type
"""

from __future__ import annotations

from contracts.names import DISPLAY_NAME_MAX_LENGTH, HANDLE_MAX_LENGTH, HANDLE_MIN_LENGTH
from kit.errors import UserError
from subgraphs.users.models import LIMITS


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
            f"A display name is one line of 1 to {DISPLAY_NAME_MAX_LENGTH} characters.",
            field=["display_name"],
        )


class BioTooLongError(UserError):
    code = "BIO_TOO_LONG"

    def __init__(self) -> None:
        super().__init__(f"A bio has at most {LIMITS.bio_length} characters.", field=["bio"])


class AvatarTooLargeError(UserError):
    code = "AVATAR_TOO_LARGE"

    def __init__(self, field: str) -> None:
        super().__init__(f"An avatar has 1 to {LIMITS.avatar_bytes} bytes.", field=[field])


class AvatarNotFoundError(UserError):
    code = "AVATAR_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("You have put no image there.", field=["object_key"])


class UnsupportedAvatarError(UserError):
    code = "UNSUPPORTED_AVATAR"

    def __init__(self) -> None:
        super().__init__("The file is no image of the announced type.", field=["object_key"])
