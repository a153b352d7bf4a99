"""Settings: what production refuses, and that the page about them is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from kit.config import DEVELOPMENT_SECRET, Settings

PAGE = Path("docs/operations/configuration.md")
SECRETS = {
    "viewer_secret": SecretStr("a"),
    "database_password": SecretStr("b"),
    "s3_secret_key": SecretStr("c"),
    "jwt_private_key": SecretStr("d"),
    "playback_keys": SecretStr("e"),
}


def test_the_page_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^\| `CLIPGRAPH_(\w+)`", PAGE.read_text(), re.MULTILINE)
    assert named == [name.upper() for name in Settings.model_fields]


def test_production_starts_with_real_secrets() -> None:
    assert Settings.model_validate({"environment": "production", **SECRETS}).environment == "production"


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_production_refuses_a_development_secret(missing: str) -> None:
    given = {name: secret for name, secret in SECRETS.items() if name != missing}
    with pytest.raises(ValidationError, match=f"CLIPGRAPH_{missing.upper()}"):
        Settings.model_validate({"environment": "production", **given})


def test_the_first_playback_key_signs_and_none_is_empty() -> None:
    assert Settings(playback_keys=SecretStr("new, old")).playback_key_list == ["new", "old"]
    with pytest.raises(ValidationError, match="CLIPGRAPH_PLAYBACK_KEYS"):
        Settings(playback_keys=SecretStr("new,"))


def test_a_development_key_beside_a_real_one_is_refused_too() -> None:
    keys = SecretStr(f"real,{DEVELOPMENT_SECRET}")
    with pytest.raises(ValidationError, match="CLIPGRAPH_PLAYBACK_KEYS"):
        Settings.model_validate({"environment": "production", **SECRETS, "playback_keys": keys})


def test_the_keys_of_a_cdn_belong_together() -> None:
    with pytest.raises(ValidationError, match="CLIPGRAPH_CDN_PRIVATE_KEY"):
        Settings(cdn_key_id="K1")
