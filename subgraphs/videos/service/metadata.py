"""Metadata as it may be stored: trimmed, checked, hashtags in one spelling. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Final

from subgraphs.videos.errors import (
    InvalidCategoryError,
    InvalidDescriptionError,
    InvalidHashtagsError,
    InvalidLocationError,
    InvalidTitleError,
)
from subgraphs.videos.models import LIMITS, Metadata, MetadataEdit

_CATEGORY: Final = re.compile(rf"[a-z0-9-]{{1,{LIMITS.category_length}}}")
_HASHTAG: Final = re.compile(rf"\w{{1,{LIMITS.hashtag_length}}}")


def normal_metadata(given: Metadata) -> Metadata:
    """The same in stored form. Raises the Invalid… error of the first field at fault."""
    return replace(
        given,
        title=_title(given.title),
        description=_description(given.description),
        category=_category(given.category),
        hashtags=_hashtags(given.hashtags),
        location=_location(given.location),
    )


def edited(current: Metadata, edit: MetadataEdit) -> Metadata:
    """``current`` with what the edit names."""
    changes = {name: value for name, value in asdict(edit).items() if value is not None}
    return normal_metadata(replace(current, **changes))


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not 1 <= len(title) <= LIMITS.title_length:
        raise InvalidTitleError
    return _storable(title, InvalidTitleError())


def _description(text: str) -> str:
    description = text.strip()
    if len(description) > LIMITS.description_length:
        raise InvalidDescriptionError
    return _storable(description, InvalidDescriptionError())


def _category(text: str | None) -> str | None:
    category = (text or "").strip().lower()
    if category and not _CATEGORY.fullmatch(category):
        raise InvalidCategoryError
    return category or None


def _location(text: str | None) -> str | None:
    location = " ".join((text or "").split())
    if len(location) > LIMITS.location_length:
        raise InvalidLocationError
    return _storable(location, InvalidLocationError()) or None


def _hashtags(texts: Iterable[str]) -> tuple[str, ...]:
    """Lower case, without ``#``, each once, in the order given."""
    hashtags = tuple(dict.fromkeys(text.strip().removeprefix("#").lower() for text in texts))
    if len(hashtags) > LIMITS.hashtags or not all(_HASHTAG.fullmatch(each) for each in hashtags):
        raise InvalidHashtagsError
    return hashtags


def _storable(text: str, error: Exception) -> str:
    """PostgreSQL takes no NUL, and UTF-8 no lone surrogate."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise error
    return text
