"""Settings that point at the session's servers."""

from __future__ import annotations

from devstack.testing import SessionStack
from kit.config import Settings


def settings_for(servers: SessionStack, database: str, **overrides: object) -> Settings:
    """A worker's own database, Valkey database, buckets and topics on the shared servers."""
    token = servers.token
    values: dict[str, object] = {
        "environment": "test",
        "database_url": f"{servers.postgres_url}/{database}",
        "valkey_url": servers.claim_valkey(),
        "kafka_bootstrap": servers.kafka,
        "bus_prefix": f"{token}.",
        "s3_endpoint": servers.s3.endpoint,
        "s3_access_key": servers.s3.access_key,
        "s3_secret_key": servers.s3.secret_key,
        "bucket_raw": f"{token}-videos-raw",
        "bucket_processed": f"{token}-videos-processed",
        "bucket_thumbnails": f"{token}-thumbnails",
        "bucket_avatars": f"{token}-avatars",
        "data_dir": servers.data_dir / "workers" / token,
    }
    return Settings.model_validate(values | overrides)
