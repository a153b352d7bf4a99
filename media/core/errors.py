"""Why a file can't become a video. Codes are stable and shown to its creator with the message."""

from __future__ import annotations

from enum import StrEnum


class Rejection(StrEnum):
    UPLOAD_MISSING = "UPLOAD_MISSING"
    EMPTY_FILE = "EMPTY_FILE"
    TOO_LARGE = "TOO_LARGE"
    NOT_A_VIDEO = "NOT_A_VIDEO"
    NO_VIDEO_STREAM = "NO_VIDEO_STREAM"
    UNSUPPORTED_CODEC = "UNSUPPORTED_CODEC"
    CORRUPT_FILE = "CORRUPT_FILE"
    TOO_LONG = "TOO_LONG"
    UNSUPPORTED_SIZE = "UNSUPPORTED_SIZE"
    TRANSCODE_FAILED = "TRANSCODE_FAILED"


_MESSAGES = {
    Rejection.UPLOAD_MISSING: "The uploaded file is gone. Upload it again.",
    Rejection.EMPTY_FILE: "The file is empty. Upload it again.",
    Rejection.TOO_LARGE: "The file is larger than 500 MB.",
    Rejection.NOT_A_VIDEO: "This is no video. Upload an MP4, MOV, WebM, MKV or AVI file.",
    Rejection.NO_VIDEO_STREAM: "The file has no moving picture in it.",
    Rejection.UNSUPPORTED_CODEC: "The file's picture is in a format that we can't read. Export it as H.264.",
    Rejection.CORRUPT_FILE: "The file is damaged or cut off. Export and upload it again.",
    Rejection.TOO_LONG: "The video is longer than 10 minutes.",
    Rejection.UNSUPPORTED_SIZE: "The picture is too small or too large: 16 to 8192 pixels a side.",
    Rejection.TRANSCODE_FAILED: "The video could not be converted. Export it as H.264 and upload it again.",
}


class RejectedError(Exception):
    """The file is at fault: trying again won't help."""

    def __init__(self, reason: Rejection) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.message = _MESSAGES[reason]
