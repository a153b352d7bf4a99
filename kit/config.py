"""Settings of every process, read from ``CLIPGRAPH_*`` (docs/operations/configuration.md lists them).

Defaults suit one machine. ``Settings.load()`` refuses to start in production with a development secret.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-do-not-use-in-production"


class Settings(BaseSettings):
    """Everything that differs between deployments; product figures sit with the domain that owns them."""

    model_config = SettingsConfigDict(env_prefix="CLIPGRAPH_", frozen=True, extra="ignore")

    environment: Literal["development", "test", "production"] = "development"
    host: str = Field("127.0.0.1", description="Address that every server of ours listens on.")
    router_port: int = 4000
    workers: int = Field(
        1, ge=1, le=64, description="Processes that serve the port of a router or a subgraph together."
    )
    realtime_port: int = 4001
    origin_port: int = 4002
    admin_port: int = Field(0, description="Health and metrics of a worker or the media service; 0 = free.")
    data_dir: Path = Field(Path(".data"), description="State of the embedded servers.")
    cache_dir: Path = Field(Path("~/.cache/clipgraph"), description="Downloaded sample clips.")

    database_url: str = Field(
        "postgresql://127.0.0.1:5432/clipgraph",
        description="DSN without user; each domain signs in with its own role and database_password.",
    )
    database_admin_user: str = Field(
        "clipgraph", description="Owner of the schemas: migrations and the relay."
    )
    database_password: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    database_pool_max: int = Field(8, description="Connections a domain keeps open in one process.")

    database_queue_max: int = Field(
        256, ge=0, description="Statements of a domain that may wait for a connection in one process."
    )
    database_wait_s: float = Field(2.0, gt=0, description="How long each of them may wait.")

    watched_widely_views: int = Field(
        1000, ge=1, description="Views after which a video is coded again with more care."
    )

    valkey_url: str = "redis://127.0.0.1:6379/0"

    bus: Literal["valkey", "kafka"] = "valkey"
    kafka_bootstrap: str = "127.0.0.1:9092"
    bus_prefix: str = Field(
        "", description="Put before topic and group names, so that deployments can share."
    )

    s3_endpoint: str | None = Field(None, description="None is AWS; else the S3 endpoint that we call.")
    s3_public_endpoint: str | None = Field(None, description="What presigned URLs name; default s3_endpoint.")
    s3_region: str = "us-east-1"
    s3_access_key: str = "clipgraph"
    s3_secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    bucket_raw: str = "videos-raw"
    bucket_processed: str = "videos-processed"
    bucket_thumbnails: str = "thumbnails"
    bucket_avatars: str = "avatars"
    realtime_url: str = Field(
        "ws://127.0.0.1:4001/graphql", description="Public WebSocket URL; GraphiQL subscribes there."
    )
    origin_url: str = Field("http://127.0.0.1:4002", description="Public base of playlists and thumbnails.")

    playback_keys: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET),
        description="Sign addresses of videos that not everybody may see; the first signs, all after a comma verify.",
    )
    cdn_key_id: str | None = Field(
        None,
        description="CloudFront's id of the public key; with cdn_private_key every address is signed for it.",
    )
    cdn_private_key: SecretStr | None = Field(None, description="RSA private key (PEM) of cdn_key_id.")
    edge_memory_bytes: int = Field(256 * 1024**2, description="What the origin keeps of objects in memory.")
    edge_disk_bytes: int = Field(
        1024**3, description="What the origin keeps of objects in data_dir/edge; 0 keeps none there."
    )

    supergraph_config: Path = Field(Path("supergraph.yaml"), description="Subgraphs and where they are.")
    router_config: Path = Field(Path("router.yaml"), description="What the router does, by Apollo's keys.")
    rest_config: Path | None = Field(
        Path("rest.yaml"), description="Routes of /api/v1; none switches it off."
    )
    subgraph_url_override: dict[str, str] = Field(
        default_factory=dict, description="JSON object: routing URL by subgraph name, over the file's."
    )
    subgraph_requests_max: int = Field(
        1000, ge=1, description="Requests that a subgraph behind HTTP works on at once in one process."
    )
    compiled_execution: bool = Field(
        True, description="Subgraphs compile operations into Python; False leaves them to graphql-core."
    )

    media_card: Literal["auto", "off"] = Field(
        "auto", description="Whether the media service uses an NVIDIA card that it finds to work."
    )

    viewer_secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="Signs viewer claims between router and subgraphs."
    )
    jwt_private_key: SecretStr | None = Field(
        None,
        description="Ed25519 private key (PEM) of the auth domain; made and kept in data_dir when unset.",
    )
    jwks_url: str | None = Field(None, description="Where the router reads keys; default: the auth domain's.")
    jwt_issuer: str = "clipgraph"
    jwt_audience: str = "clipgraph-api"

    log_level: str = "INFO"
    log_format: Literal["json", "console"] = "json"
    otlp_endpoint: str | None = Field(
        None, description="OTLP/HTTP collector for spans; None keeps them local."
    )

    @model_validator(mode="after")
    def _refuse_development_secrets(self) -> Settings:
        if self.environment != "production":
            return self
        secrets = {
            "CLIPGRAPH_VIEWER_SECRET": self.viewer_secret,
            "CLIPGRAPH_DATABASE_PASSWORD": self.database_password,
            "CLIPGRAPH_S3_SECRET_KEY": self.s3_secret_key,
            "CLIPGRAPH_PLAYBACK_KEYS": self.playback_keys,
        }
        weak = [name for name, secret in secrets.items() if DEVELOPMENT_SECRET in secret.get_secret_value()]
        if self.jwt_private_key is None:
            weak.append("CLIPGRAPH_JWT_PRIVATE_KEY")
        if weak:
            raise ValueError(f"production needs real secrets: set {', '.join(weak)}")
        return self

    @model_validator(mode="after")
    def _want_whole_keys(self) -> Settings:
        if not all(self.playback_key_list):
            raise ValueError("CLIPGRAPH_PLAYBACK_KEYS holds an empty key")
        if (self.cdn_key_id is None) != (self.cdn_private_key is None):
            raise ValueError("CLIPGRAPH_CDN_KEY_ID and CLIPGRAPH_CDN_PRIVATE_KEY belong together")
        return self

    @property
    def playback_key_list(self) -> list[str]:
        """The signing key first."""
        return [key.strip() for key in self.playback_keys.get_secret_value().split(",")]

    def database_dsn(self, user: str) -> str:
        """The DSN with ``user`` and the password; for a domain the user is the domain's name."""
        scheme, _, rest = self.database_url.partition("://")
        return f"{scheme}://{user}:{self.database_password.get_secret_value()}@{rest}"
