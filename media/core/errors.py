"""Why a file can't become a video. Codes are stable and shown to its creator with the message.

Exception
├── RejectedError       the file is at fault: trying again won't help
└── BrokenOutputError   what was made is not what was planned; nothing of it may be published
"""

from __future__ import annotations

from enum import StrEnum


class Rejection(StrEnum):
    UPLOAD_MISSING = "UPLOAD_MISSING"
    CHECKSUM_MISMATCH = "CHECKSUM_MISMATCH"
    EMPTY_FILE = "EMPTY_FILE"
    TOO_LARGE = "TOO_LARGE"
    NOT_A_VIDEO = "NOT_A_VIDEO"
    NO_VIDEO_STREAM = "NO_VIDEO_STREAM"
    TOO_MANY_STREAMS = "TOO_MANY_STREAMS"
    UNSUPPORTED_CODEC = "UNSUPPORTED_CODEC"
    CORRUPT_FILE = "CORRUPT_FILE"
    TOO_LONG = "TOO_LONG"
    UNSUPPORTED_SIZE = "UNSUPPORTED_SIZE"
    TOO_DEMANDING = "TOO_DEMANDING"
    TRANSCODE_FAILED = "TRANSCODE_FAILED"
    GIVEN_UP = "GIVEN_UP"


_MESSAGES = {
    Rejection.UPLOAD_MISSING: "The uploaded file is gone. Upload it again.",
    Rejection.CHECKSUM_MISMATCH: "The file arrived other than it was announced. Upload it again.",
    Rejection.EMPTY_FILE: "The file is empty. Upload it again.",
    Rejection.TOO_LARGE: "The file is larger than 500 MB. Export it at a lower quality and upload it again.",
    Rejection.NOT_A_VIDEO: "This is no video. Upload an MP4, MOV, WebM, MKV or AVI file.",
    Rejection.NO_VIDEO_STREAM: "The file has no moving picture in it. Upload a file that has one.",
    Rejection.TOO_MANY_STREAMS: "The file holds too many tracks. Export it with one picture and one sound.",
    Rejection.UNSUPPORTED_CODEC: (
        "The file's picture is in a format that we can't read. Export it as H.264 and upload it again."
    ),
    Rejection.CORRUPT_FILE: "The file is damaged or cut off. Export and upload it again.",
    Rejection.TOO_LONG: "The video is longer than 10 minutes. Cut it and upload it again.",
    Rejection.UNSUPPORTED_SIZE: (
        "The picture is too small or too large. Export it with 16 to 8192 pixels a side."
    ),
    Rejection.TOO_DEMANDING: (
        "The video takes too much to convert. Export it with fewer pixels or frames a second."
    ),
    Rejection.TRANSCODE_FAILED: "The video could not be converted. Export it as H.264 and upload it again.",
    Rejection.GIVEN_UP: "Something went wrong on our side. Try it again, or export the video anew.",
}


class RejectedError(Exception):
    """The file is at fault: trying again won't help."""

    def __init__(self, reason: Rejection) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.message = _MESSAGES[reason]


class BrokenOutputError(Exception):
    """``faults`` says what is wrong with what was made, a line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
