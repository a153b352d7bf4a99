"""Metadata, gates, and that every error of a verb is declared by its mutation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

import pytest

from contracts import ids
from contracts.events import Visibility
from contracts.ids import new_id
from kit.errors import InternalError, UserError
from subgraphs.videos import errors, mutations, upload_mutations
from subgraphs.videos.access import may_see
from subgraphs.videos.errors import InvalidHashtagsError, InvalidTitleError
from subgraphs.videos.models import Metadata, MetadataEdit, ModerationStatus, Video, VideoStatus
from subgraphs.videos.service.cleaning import folder_of
from subgraphs.videos.service.metadata import edited, normal_metadata

_AUTHOR, _OTHER = new_id(), new_id()


def _video(status: VideoStatus, visibility: Visibility) -> Video:
    return Video(
        video_id=new_id(),
        author_id=_AUTHOR,
        status=status,
        stage=None,
        percent=0,
        failure=None,
        moderation_status=ModerationStatus.PENDING,
        metadata=Metadata(title="A clip", visibility=visibility),
        media=None,
        revision=1,
        created_at=datetime.now(UTC),
        published_at=None,
    )


@pytest.mark.parametrize("status", VideoStatus)
@pytest.mark.parametrize("visibility", Visibility)
def test_gate(status: VideoStatus, visibility: Visibility) -> None:
    video = _video(status, visibility)
    is_active = status is VideoStatus.ACTIVE

    def seen_by(viewer: UUID | None, *friends: UUID) -> bool:
        return may_see(video, viewer, friends=friends)

    assert seen_by(_AUTHOR) is (status is not VideoStatus.DELETED)
    assert seen_by(None) is (is_active and visibility is Visibility.PUBLIC)
    assert seen_by(_OTHER) is (is_active and visibility is Visibility.PUBLIC)
    assert seen_by(_OTHER, _AUTHOR) is (is_active and visibility is not Visibility.PRIVATE)


def test_metadata_is_stored_in_one_spelling() -> None:
    given = Metadata(title=" a \n b ", description=" x ", category=" Music ", hashtags=("#Ä", "ä", "b_1"))
    assert normal_metadata(given) == Metadata(
        title="a b", description="x", category="music", hashtags=("ä", "b_1")
    )


@pytest.mark.parametrize("hashtags", [("",), ("#",), ("two words",), ("x" * 51,), tuple(map(str, range(21)))])
def test_bad_hashtags(hashtags: tuple[str, ...]) -> None:
    with pytest.raises(InvalidHashtagsError):
        normal_metadata(Metadata(title="A clip", hashtags=hashtags))


@pytest.mark.parametrize("title", ["", " ", "x" * 151, "a\x00b", "\ud800"])
def test_bad_titles(title: str) -> None:
    with pytest.raises(InvalidTitleError):
        normal_metadata(Metadata(title=title))


def test_an_edit_changes_what_it_names() -> None:
    current = Metadata(title="A clip", category="music", location="Berlin", hashtags=("a",))
    edit = MetadataEdit(title="B", location="", hashtags=(), allow_duet=False)
    wanted = replace(current, title="B", location=None, hashtags=(), allow_duet=False)
    assert edited(current, edit) == wanted
    assert edited(current, MetadataEdit()) == current


def test_only_a_folder_of_the_video_is_ever_dropped() -> None:
    video_id = new_id()
    for name in (str(video_id), video_id.hex, ids.encode_id(ids.VIDEO, video_id)):
        assert folder_of(video_id, f"{name}/1/master.m3u8") == f"{name}/"
    for key in ("", "/x", "master.m3u8", str(video_id), f"{new_id()}/1/master.m3u8"):
        with pytest.raises(InternalError):
            folder_of(video_id, key)


def test_every_error_is_declared_where_it_can_happen() -> None:
    """The codes of the mutations together are the codes of the domain."""
    raised = {
        error.code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, UserError) and error is not UserError
    }
    declared: set[str] = set()
    for name, codes in (vars(mutations) | vars(upload_mutations)).items():
        if name.endswith("ErrorCode") and isinstance(codes, type) and issubclass(codes, Enum):
            declared |= set(codes.__members__)
    assert declared == raised
