"""Planning of parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_id
from kit.errors import BadUserInputError
from subgraphs.videos.errors import (
    InvalidChecksumError,
    InvalidDurationError,
    UnsupportedContentTypeError,
    UploadIncompleteError,
    VideoTooLongError,
)
from subgraphs.videos.models import LIMITS, ContentType
from subgraphs.videos.uploads import (
    NamedPart,
    PlannedPart,
    ReceivedPart,
    WantedPart,
    check_duration,
    check_parts,
    is_single_put,
    object_key,
    part_size,
    pick_parts,
    plan_parts,
    read_content_type,
    read_md5,
    read_sha256,
    upload_of_key,
)

_LEAST_PART_OF_S3 = 5 * 1024 * 1024
_MOST_PARTS_OF_S3 = 10_000


@given(st.integers(min_value=1, max_value=LIMITS.upload_bytes))
def test_parts_are_the_file_and_what_s3_takes(size_bytes: int) -> None:
    parts = plan_parts(size_bytes, part_size(size_bytes))
    assert sum(part.size_bytes for part in parts) == size_bytes
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert len(parts) <= _MOST_PARTS_OF_S3
    assert all(part.size_bytes >= _LEAST_PART_OF_S3 for part in parts[:-1])
    assert parts[-1].size_bytes > 0
    assert (len(parts) == 1) is is_single_put(size_bytes)


def test_the_last_part_is_the_rest() -> None:
    assert plan_parts(25, 10) == [PlannedPart(1, 10), PlannedPart(2, 10), PlannedPart(3, 5)]
    assert plan_parts(20, 10) == [PlannedPart(1, 10), PlannedPart(2, 10)]


def _received(*numbers: int) -> dict[int, ReceivedPart]:
    return {number: ReceivedPart(number, f'"{number}"', 10) for number in numbers}


def test_parts_are_compared_with_what_the_client_names_in_any_order() -> None:
    named = [NamedPart(2, "2"), NamedPart(1, '"1"')]
    check_parts(plan_parts(20, 10), _received(1, 2), named)
    check_parts(plan_parts(20, 10), _received(1, 2), [])
    check_parts(plan_parts(20, 10), _received(1, 2), named[:1])


@pytest.mark.parametrize(
    ("received", "named", "message"),
    [
        ([], [], "Parts are missing: 1, 2."),
        ([2], [1, 2], "Parts are missing: 1."),
        ([1, 2], [1, 1, 2], "A part is named twice."),
        ([1, 2], [1, 2, 3], "There are only 2 parts."),
        ([1, 2], [0], "There are only 2 parts."),
    ],
)
def test_other_parts_are_refused(received: list[int], named: list[int], message: str) -> None:
    with pytest.raises(UploadIncompleteError, match=message):
        check_parts(
            plan_parts(20, 10), _received(*received), [NamedPart(number, str(number)) for number in named]
        )


def test_a_part_of_another_length_or_content_has_not_arrived() -> None:
    with pytest.raises(UploadIncompleteError, match=r"Parts are missing: 2\."):
        check_parts(plan_parts(15, 10), _received(1, 2), [])
    with pytest.raises(UploadIncompleteError, match=r"The store has other parts than these: 1\."):
        check_parts(plan_parts(20, 10), _received(1, 2), [NamedPart(1, "x"), NamedPart(2, "2")])


def test_a_page_of_parts_is_what_is_missing_or_what_is_wanted() -> None:
    planned = plan_parts(400, 10)
    picked = pick_parts(planned, _received(1, 3), None)
    assert [part.number for part, _ in picked] == [2, *range(4, 19)]
    md5 = bytes(16)
    assert pick_parts(planned, {}, [WantedPart(40, md5)]) == [(PlannedPart(40, 10), WantedPart(40, md5))]


@pytest.mark.parametrize("numbers", [[0], [41], [1, 1], list(range(1, 18))])
def test_pages_that_there_are_not(numbers: list[int]) -> None:
    with pytest.raises(BadUserInputError):
        pick_parts(plan_parts(400, 10), {}, [WantedPart(number) for number in numbers])


@pytest.mark.parametrize("text", ["", "0" * 63, "g" * 64, " " + "0" * 63])
def test_checksums_that_are_none(text: str) -> None:
    with pytest.raises(InvalidChecksumError):
        read_sha256(text)
    with pytest.raises(BadUserInputError):
        read_md5(text)


def test_declared_durations() -> None:
    check_duration(None)
    check_duration(LIMITS.duration_ms)
    with pytest.raises(VideoTooLongError):
        check_duration(LIMITS.duration_ms + 1)
    with pytest.raises(InvalidDurationError):
        check_duration(0)


def test_a_key_tells_its_upload() -> None:
    upload_id = new_id()
    assert upload_of_key(object_key(new_id(), upload_id, ContentType.MOV)) == upload_id
    assert upload_of_key("somebody/else.mp4") is None


def test_content_types() -> None:
    assert read_content_type("Video/MP4; codecs=avc1") is ContentType.MP4
    with pytest.raises(UnsupportedContentTypeError):
        read_content_type("image/gif")
