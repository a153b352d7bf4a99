"""The ``CLIPGRAPH_*`` that processes need to find the servers of this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from devstack.stack import DevStack
from kit.config import Settings


def database_name(settings: Settings) -> str:
    """The database that ``database_url`` names."""
    return urlsplit(settings.database_url).path.lstrip("/") or "clipgraph"


def addresses(settings: Settings, stack: DevStack) -> dict[str, str]:
    """Where the servers are; no secrets, so it may be written down for others to read."""
    return {
        "CLIPGRAPH_DATA_DIR": str(stack.data_dir),
        "CLIPGRAPH_CACHE_DIR": str(settings.cache_dir.expanduser().resolve()),
        "CLIPGRAPH_DATABASE_URL": f"{stack.postgres.url}/{database_name(settings)}",
        "CLIPGRAPH_VALKEY_URL": stack.valkey_url,
        "CLIPGRAPH_S3_ENDPOINT": stack.s3.endpoint,
        "CLIPGRAPH_S3_REGION": stack.s3.region,
        "CLIPGRAPH_ORIGIN_URL": origin_url(settings),
        "CLIPGRAPH_REALTIME_URL": realtime_url(settings),
    }


def origin_url(settings: Settings) -> str:
    """The origin's public address: as set, or on the port that it really has."""
    if "origin_url" in settings.model_fields_set:
        return settings.origin_url
    return f"http://127.0.0.1:{settings.origin_port}"


def realtime_url(settings: Settings) -> str:
    """The WebSocket's public address: as set, or on the port that it really has."""
    if "realtime_url" in settings.model_fields_set:
        return settings.realtime_url
    return f"ws://127.0.0.1:{settings.realtime_port}/graphql"


def make_stack(settings: Settings) -> DevStack:
    """The servers of ``settings.data_dir``, durable, with the credentials that the settings name."""
    return DevStack(
        settings.data_dir,
        durable=True,
        password=settings.database_password.get_secret_value(),
        s3_access_key=settings.s3_access_key,
        s3_secret_key=settings.s3_secret_key.get_secret_value(),
        admin_user=settings.database_admin_user,
    )
