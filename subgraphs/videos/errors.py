"""What a user can mend about uploads and videos.

UserError
├── VideoNotFoundError            VIDEO_NOT_FOUND            unknown, deleted, or not yours to change
├── UploadNotFoundError           UPLOAD_NOT_FOUND           unknown, or not yours
├── UploadQuotaExceededError      UPLOAD_QUOTA_EXCEEDED      enough for a day
├── FileTooLargeError             FILE_TOO_LARGE
├── EmptyFileError                FILE_EMPTY
├── UnsupportedContentTypeError   UNSUPPORTED_CONTENT_TYPE
├── VideoTooLongError             VIDEO_TOO_LONG
├── InvalidDurationError          INVALID_DURATION
├── InvalidChecksumError          INVALID_CHECKSUM
├── UploadIncompleteError         UPLOAD_INCOMPLETE          the store has not (all of) the file
├── UploadExpiredError            UPLOAD_EXPIRED             begin again
├── UploadAbortedError            UPLOAD_ABORTED             begin again
├── UploadCompletedError          UPLOAD_COMPLETED           too late to abort it
├── NotRetryableError             NOT_RETRYABLE              it has not failed, or by the file's fault
├── NoAttemptsLeftError           NO_ATTEMPTS_LEFT
├── InvalidTitleError             INVALID_TITLE
├── InvalidDescriptionError       INVALID_DESCRIPTION
├── InvalidCategoryError          INVALID_CATEGORY
├── InvalidLocationError          INVALID_LOCATION
└── InvalidHashtagsError          INVALID_HASHTAGS
"""

from __future__ import annotations

from kit.errors import UserError
from subgraphs.videos.models import LIMITS, ContentType


class VideoNotFoundError(UserError):
    code = "VIDEO_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such video of yours.", field=["video_id"])


class UploadNotFoundError(UserError):
    code = "UPLOAD_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such upload of yours.", field=["upload_id"])


class UploadQuotaExceededError(UserError):
    code = "UPLOAD_QUOTA_EXCEEDED"

    def __init__(self) -> None:
        super().__init__(f"{LIMITS.uploads_per_day} uploads a day are the limit. Try again later.")


class FileTooLargeError(UserError):
    code = "FILE_TOO_LARGE"

    def __init__(self) -> None:
        megabytes = LIMITS.upload_bytes // (1024 * 1024)
        super().__init__(f"A file has at most {megabytes} MB.", field=["size_bytes"])


class EmptyFileError(UserError):
    code = "FILE_EMPTY"

    def __init__(self) -> None:
        super().__init__("There is nothing in this file.", field=["size_bytes"])


class UnsupportedContentTypeError(UserError):
    code = "UNSUPPORTED_CONTENT_TYPE"

    def __init__(self) -> None:
        super().__init__(f"We take {', '.join(ContentType)}.", field=["content_type"])


class VideoTooLongError(UserError):
    code = "VIDEO_TOO_LONG"

    def __init__(self) -> None:
        minutes = LIMITS.duration_ms // 60_000
        super().__init__(f"A video lasts at most {minutes} minutes. Cut it.", field=["duration_ms"])


class InvalidDurationError(UserError):
    code = "INVALID_DURATION"

    def __init__(self) -> None:
        super().__init__("A video lasts at least a millisecond.", field=["duration_ms"])


class InvalidChecksumError(UserError):
    code = "INVALID_CHECKSUM"

    def __init__(self) -> None:
        super().__init__("A SHA-256 is 64 hexadecimal digits.", field=["sha256"])


class UploadIncompleteError(UserError):
    code = "UPLOAD_INCOMPLETE"

    def __init__(self, message: str) -> None:
        super().__init__(message, field=["parts"])


class UploadExpiredError(UserError):
    code = "UPLOAD_EXPIRED"

    def __init__(self) -> None:
        super().__init__("This upload has expired. Begin a new one.", field=["upload_id"])


class UploadAbortedError(UserError):
    code = "UPLOAD_ABORTED"

    def __init__(self) -> None:
        super().__init__("This upload was aborted. Begin a new one.", field=["upload_id"])


class UploadCompletedError(UserError):
    code = "UPLOAD_COMPLETED"

    def __init__(self) -> None:
        super().__init__("The file has arrived already. Delete the video instead.", field=["upload_id"])


class NotRetryableError(UserError):
    code = "NOT_RETRYABLE"

    def __init__(self) -> None:
        super().__init__(
            "Only videos that failed by our fault can be tried again. Upload another file.",
            field=["video_id"],
        )


class NoAttemptsLeftError(UserError):
    code = "NO_ATTEMPTS_LEFT"

    def __init__(self) -> None:
        super().__init__(
            f"This video was tried {LIMITS.attempts} times. Upload its file again.", field=["video_id"]
        )


class InvalidTitleError(UserError):
    code = "INVALID_TITLE"

    def __init__(self) -> None:
        super().__init__(f"A title has 1 to {LIMITS.title_length} characters.", field=["title"])


class InvalidDescriptionError(UserError):
    code = "INVALID_DESCRIPTION"

    def __init__(self) -> None:
        length = LIMITS.description_length
        super().__init__(f"A description has at most {length} characters.", field=["description"])


class InvalidCategoryError(UserError):
    code = "INVALID_CATEGORY"

    def __init__(self) -> None:
        length = LIMITS.category_length
        super().__init__(f"A category is 1 to {length} lower-case letters, digits or -.", field=["category"])


class InvalidLocationError(UserError):
    code = "INVALID_LOCATION"

    def __init__(self) -> None:
        length = LIMITS.location_length
        super().__init__(f"A location has 1 to {length} characters.", field=["location"])


class InvalidHashtagsError(UserError):
    code = "INVALID_HASHTAGS"

    def __init__(self) -> None:
        super().__init__(
            f"At most {LIMITS.hashtags} hashtags of 1 to {LIMITS.hashtag_length} letters, digits or _.",
            field=["hashtags"],
        )
