"""What a user can mend about likes, comments and follows.

UserError
├── VideoNotFoundError       VIDEO_NOT_FOUND       unknown, deleted, or not for this viewer
├── UserNotFoundError        USER_NOT_FOUND
├── CommentNotFoundError     COMMENT_NOT_FOUND     unknown, deleted, or not for this viewer
├── CommentsDisabledError    COMMENTS_DISABLED
├── EmptyCommentError        COMMENT_EMPTY
├── CommentTooLongError      COMMENT_TOO_LONG
├── ReplyDepthError          REPLY_TO_REPLY        replies are one level deep
├── NotCommentOwnerError     NOT_COMMENT_OWNER
├── SelfFollowError          CANNOT_FOLLOW_SELF
├── InvalidShareChannelError INVALID_SHARE_CHANNEL
└── InvalidWatchTimeError    INVALID_WATCH_TIME
"""

from __future__ import annotations

from kit.errors import UserError
from subgraphs.social.models import LIMITS


class VideoNotFoundError(UserError):
    code = "VIDEO_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such video for you.", field=["video_id"])


class UserNotFoundError(UserError):
    code = "USER_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such user.", field=["user_id"])


class CommentNotFoundError(UserError):
    code = "COMMENT_NOT_FOUND"

    def __init__(self, field: str = "comment_id") -> None:
        super().__init__("There is no such comment for you.", field=[field])


class CommentsDisabledError(UserError):
    code = "COMMENTS_DISABLED"

    def __init__(self) -> None:
        super().__init__("The creator has turned comments off.", field=["video_id"])


class EmptyCommentError(UserError):
    code = "COMMENT_EMPTY"

    def __init__(self) -> None:
        super().__init__("Write something first.", field=["body"])


class CommentTooLongError(UserError):
    code = "COMMENT_TOO_LONG"

    def __init__(self) -> None:
        super().__init__(f"A comment has at most {LIMITS.comment_length} characters.", field=["body"])


class ReplyDepthError(UserError):
    code = "REPLY_TO_REPLY"

    def __init__(self) -> None:
        super().__init__("Reply to the comment, not to a reply.", field=["parent_id"])


class NotCommentOwnerError(UserError):
    code = "NOT_COMMENT_OWNER"

    def __init__(self) -> None:
        super().__init__("Only its author or the video's creator deletes a comment.", field=["comment_id"])


class SelfFollowError(UserError):
    code = "CANNOT_FOLLOW_SELF"

    def __init__(self) -> None:
        super().__init__("You can't follow yourself.", field=["user_id"])


class InvalidShareChannelError(UserError):
    code = "INVALID_SHARE_CHANNEL"

    def __init__(self) -> None:
        super().__init__("A channel is 1 to 32 lower-case letters, digits, - or _.", field=["channel"])


class InvalidWatchTimeError(UserError):
    code = "INVALID_WATCH_TIME"

    def __init__(self) -> None:
        super().__init__("watchedMs is 0 to 3600000.", field=["watched_ms"])
