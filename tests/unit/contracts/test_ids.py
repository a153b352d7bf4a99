"""TypeIDs: the specification's vectors, round trips, and everything that is none."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import InvalidIdError, decode_id, encode_id, new_id

VECTORS = [
    ("00000000-0000-0000-0000-000000000000", "00000000000000000000000000"),
    ("00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"),
    ("00000000-0000-0000-0000-000000000020", "00000000000000000000000010"),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
    ("01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"),
]


@pytest.mark.parametrize(("uuid", "suffix"), VECTORS)
def test_the_specifications_vectors(uuid: str, suffix: str) -> None:
    assert encode_id("prefix", UUID(uuid)) == f"prefix_{suffix}"
    assert decode_id("prefix", f"prefix_{suffix}") == UUID(uuid)


@given(st.uuids())
def test_every_uuid_survives_the_round_trip(uuid: UUID) -> None:
    assert decode_id("vid", encode_id("vid", uuid)) == uuid


@given(st.lists(st.uuids(), min_size=2, max_size=5))
def test_order_is_kept(uuids: list[UUID]) -> None:
    assert sorted(encode_id("vid", each) for each in uuids) == [
        encode_id("vid", each) for each in sorted(uuids)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vid_",
        "usr_01h455vb4pex5vsknk084sn02q",  # another kind
        "vid_81h455vb4pex5vsknk084sn02q",  # over 128 bits
        "vid_01H455VB4PEX5VSKNK084SN02Q",  # upper case
        "vid_01h455vb4pex5vsknk084sn02",  # too short
        "vid_01h455vb4pex5vsknk084sn02qq",  # too long
        "vid_01h455vb4pex5vsknk084sn02u",  # not in the alphabet
        "01h455vb4pex5vsknk084sn02q",
        "vid-01h455vb4pex5vsknk084sn02q",
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdError):
        decode_id("vid", text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(InvalidIdError):
        assert encode_id("vid", decode_id("vid", text)) == text


def test_new_ids_are_version_7_and_ascend() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert {each.version for each in made} == {7}
