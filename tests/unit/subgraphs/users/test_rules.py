"""What is a handle, a name, a bio, an avatar; and that every refusal has a name in the graph."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.users import errors, models, types
from subgraphs.users.errors import (
    AvatarNotFoundError,
    AvatarTooLargeError,
    BioTooLongError,
    InvalidDisplayNameError,
    InvalidHandleError,
)
from subgraphs.users.models import AvatarType
from subgraphs.users.mutations import (
    CreateAvatarUploadErrorCode,
    SetAvatarErrorCode,
    UpdateProfileErrorCode,
)
from subgraphs.users.service import (
    announce_avatar,
    base_display_name,
    base_handle,
    normal_bio,
    normal_display_name,
    normal_handle,
)
from subgraphs.users.uploads import PendingAvatar, detect_image

ANNA = UUID(int=1)


@pytest.mark.parametrize(
    ("text", "handle"),
    [("@Anna", "anna"), (" max_99 ", "max_99"), ("a.b.c", "a.b.c"), ("___", "___"), ("A" * 30, "a" * 30)],
)
def test_handles_are_lower_case_without_at(text: str, handle: str) -> None:
    assert normal_handle(text) == handle


@pytest.mark.parametrize(
    "text", ["", "ab", "a" * 31, ".anna", "anna.", "an..na", "an na", "änna", "anna-b", "@@anna"]
)
def test_what_is_no_handle_is_refused(text: str) -> None:
    with pytest.raises(InvalidHandleError):
        normal_handle(text)


@given(st.none() | st.text(max_size=80))
def test_whatever_was_asked_for_leads_to_a_valid_profile(asked_for: str | None) -> None:
    handle = base_handle(asked_for)
    assert normal_handle(handle) == handle
    name = base_display_name(asked_for, handle)
    assert normal_display_name(name) == name


def test_a_handle_of_other_rules_keeps_what_it_can() -> None:
    assert base_handle("Max-Müller!") == "max_m_ller"
    assert base_handle("日本") == "user"
    assert base_handle(None) == "user"


def test_names_are_one_visible_line() -> None:
    assert normal_display_name("  Anna \n  Müller ") == "Anna Müller"
    assert normal_display_name("👩‍🚀 Eve") == "👩‍🚀 Eve"
    for text in ("", "   ", "x" * 51, "a\x07b", "evil\u202etxt"):
        with pytest.raises(InvalidDisplayNameError):
            normal_display_name(text)


def test_bios_are_trimmed_and_bounded() -> None:
    assert normal_bio(" one\r\ntwo\x00\ud800 ") == "one\ntwo"
    assert normal_bio("x" * 160) == "x" * 160
    with pytest.raises(BioTooLongError):
        normal_bio("x" * 161)


def test_an_upload_key_tells_whose_and_what() -> None:
    upload = PendingAvatar.announce(ANNA, AvatarType.PNG)
    assert PendingAvatar.parse(upload.pending_key) == upload
    assert upload.pending_key == f"pending/{upload.published_key}"
    for key in (upload.published_key, f"../{upload.pending_key}", f"{upload.pending_key}x", ""):
        with pytest.raises(AvatarNotFoundError):
            PendingAvatar.parse(key)


@pytest.mark.parametrize("size_bytes", [0, -1, 5 * 1024 * 1024 + 1])
def test_uploads_are_bounded(size_bytes: int) -> None:
    with pytest.raises(AvatarTooLargeError):
        announce_avatar(ANNA, AvatarType.JPEG, size_bytes)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"\xff\xd8\xff\xe0JFIF", AvatarType.JPEG),
        (b"\x89PNG\r\n\x1a\n....", AvatarType.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", AvatarType.WEBP),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"<svg onload=alert(1)>", None),
        (b"", None),
    ],
)
def test_images_are_known_by_their_bytes(body: bytes, found: AvatarType | None) -> None:
    assert detect_image(body) is found


def test_every_user_error_is_declared_by_a_mutation() -> None:
    raised = {each.code for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "code")}
    declared: set[str] = set()
    for codes in (UpdateProfileErrorCode, CreateAvatarUploadErrorCode, SetAvatarErrorCode):
        declared |= {code.value for code in codes}
    assert raised == declared


@pytest.mark.parametrize(
    ("inside", "outside"), [(models.Language, types.Language), (models.AvatarType, types.AvatarType)]
)
def test_enums_of_the_graph_are_those_of_the_domain(inside: type[Enum], outside: type[Enum]) -> None:
    assert {each.name: each.value for each in outside} == {each.name: each.value for each in inside}
