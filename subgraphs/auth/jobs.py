"""What auth does periodically."""

from __future__ import annotations

from datetime import timedelta

from kit.jobs import Job
from kit.resources import Resources
from subgraphs.auth import repository
from subgraphs.auth.models import LIMITS


def jobs(resources: Resources) -> list[Job]:
    """Forgets tokens that have been expired for as long as they lived."""

    async def drop_expired_tokens() -> None:
        await repository.drop_expired_tokens(resources.database, kept_for=LIMITS.refresh_token_life)

    return [Job("auth-drop-expired-tokens", timedelta(hours=1).total_seconds(), drop_expired_tokens)]
