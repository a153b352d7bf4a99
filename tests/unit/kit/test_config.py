"""Settings: what production refuses, and that the page about them is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from kit.config import Settings

PAGE = Path("docs/operations/configuration.md")
SECRETS = {
    "viewer_secret": SecretStr("a"),
    "database_password": SecretStr("b"),
    "s3_secret_key": SecretStr("c"),
    "jwt_private_key": SecretStr("d"),
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
