"""What a user can mend about notifications.

UserError
├── NotificationNotFoundError    NOTIFICATION_NOT_FOUND    unknown, or somebody else's
└── TooManyIdsError              TOO_MANY_IDS
"""

from __future__ import annotations

from kit.errors import UserError
from subgraphs.notifications.models import LIMITS


class NotificationNotFoundError(UserError):
    code = "NOTIFICATION_NOT_FOUND"

    def __init__(self, field: str) -> None:
        super().__init__("There is no such notification for you.", field=[field])


class TooManyIdsError(UserError):
    code = "TOO_MANY_IDS"

    def __init__(self) -> None:
        super().__init__(f"Name {LIMITS.ids_at_once} notifications at most.", field=["notification_ids"])
