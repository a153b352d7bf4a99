"""Planning of parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.videos.errors import UnsupportedContentTypeError, UploadIncompleteError
from subgraphs.videos.models import LIMITS, ContentType
from subgraphs.videos.uploads import (
    PlannedPart,
    ReceivedPart,
    is_single_put,
    match_parts,
    part_size,
    plan_parts,
    read_content_type,
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


def test_parts_match_in_any_order() -> None:
    received = [ReceivedPart(2, "b"), ReceivedPart(1, "a")]
    assert match_parts(plan_parts(20, 10), received) == [ReceivedPart(1, "a"), ReceivedPart(2, "b")]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([], "Parts are missing: 1, 2."),
        ([2], "Parts are missing: 1."),
        ([1, 1, 2], "A part is named twice."),
        ([1, 2, 3], "There are only 2 parts."),
        ([0, 1, 2], "There are only 2 parts."),
    ],
)
def test_other_parts_are_refused(numbers: list[int], message: str) -> None:
    with pytest.raises(UploadIncompleteError, match=message):
        match_parts(plan_parts(20, 10), [ReceivedPart(number, "e") for number in numbers])


def test_content_types() -> None:
    assert read_content_type("Video/MP4; codecs=avc1") is ContentType.MP4
    with pytest.raises(UnsupportedContentTypeError):
        read_content_type("image/gif")
