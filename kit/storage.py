"""Object storage over the S3 API (boto3), off the event loop in a bounded pool of threads."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from kit.config import Settings
from kit.errors import DependencyError
from kit.telemetry import get_logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, CORSRuleTypeDef

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 16
_TRANSFER = TransferConfig(max_concurrency=3)
"""Of one large file, in pieces of 8 MiB: memory, here and in the store, for what a disk can take anyway."""
_log = get_logger("storage")


class StorageError(DependencyError):
    """The store did not answer, or refused what it should not."""


class ObjectNotFoundError(StorageError):
    """There is no object (or multipart upload) of this name."""

    is_answer = True


class InvalidPartsError(StorageError):
    """A multipart upload can't be completed from these parts."""

    is_answer = True


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What HEAD tells. ``etag`` is quoted as in HTTP."""

    key: str
    size_bytes: int
    etag: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece that has arrived. ``etag`` is quoted as in HTTP; the size is what a listing tells."""

    number: int
    etag: str
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class PendingMultipart:
    """A multipart upload that nobody has completed or aborted."""

    key: str
    upload_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class PresignedRequest:
    """A URL that takes one PUT with exactly these headers, which are signed."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ObjectBody:
    """An object or a range of it. ``chunks`` blocks; ``size_bytes`` is the whole object's."""

    facts: ObjectFacts
    length_bytes: int
    chunks: Iterator[bytes]


class Storage:
    """Verbs on buckets. Keys are relative to a bucket; presigned URLs name the public endpoint."""

    def __init__(self, client: S3Client, public_client: S3Client) -> None:
        self._client = client
        self._public = public_client
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3")

    @classmethod
    def from_settings(cls, settings: Settings) -> Storage:
        public = settings.s3_public_endpoint or settings.s3_endpoint
        return cls(make_s3_client(settings, settings.s3_endpoint), make_s3_client(settings, public))

    async def put(
        self, bucket: str, key: str, body: bytes, *, content_type: str, cache_control: str | None = None
    ) -> None:
        """Writes a whole object."""
        extra: dict[str, Any] = {"CacheControl": cache_control} if cache_control else {}
        await self._run(
            self._client.put_object, Bucket=bucket, Key=key, Body=body, ContentType=content_type, **extra
        )

    async def put_file(
        self, bucket: str, key: str, path: Path, *, content_type: str, cache_control: str | None = None
    ) -> None:
        """Writes a file's content, in parts when it is large, without reading it into memory."""
        extra = {"ContentType": content_type} | ({"CacheControl": cache_control} if cache_control else {})
        await self._run(
            self._client.upload_file,
            Filename=str(path),
            Bucket=bucket,
            Key=key,
            ExtraArgs=extra,
            Config=_TRANSFER,
        )

    async def download(self, bucket: str, key: str, path: Path) -> None:
        """Writes an object into a file."""
        await self._run(
            self._client.download_file, Bucket=bucket, Key=key, Filename=str(path), Config=_TRANSFER
        )

    async def get(self, bucket: str, key: str) -> bytes:
        """A whole, small object."""
        response = await self._run(self._client.get_object, Bucket=bucket, Key=key)
        return await self._run(response["Body"].read)

    async def open(self, bucket: str, key: str, *, byte_range: str | None = None) -> ObjectBody:
        """An object, or the part that an HTTP Range names, to be read in chunks off the event loop."""
        extra: dict[str, Any] = {"Range": byte_range} if byte_range else {}
        response = await self._run(self._client.get_object, Bucket=bucket, Key=key, **extra)
        total = int(response.get("ContentRange", f"/{response['ContentLength']}").rsplit("/", 1)[-1])
        facts = ObjectFacts(key, total, response["ETag"], response.get("ContentType", ""))
        return ObjectBody(facts, response["ContentLength"], response["Body"].iter_chunks(256 * 1024))

    async def get_within(self, bucket: str, key: str, max_bytes: int) -> tuple[ObjectFacts, bytes | None]:
        """An object in one request; None instead of its content when that is larger. Raises ObjectNotFoundError."""
        return await self._run(self._get_within, bucket, key, max_bytes)

    async def head(self, bucket: str, key: str) -> ObjectFacts:
        """Raises ObjectNotFoundError."""
        response = await self._run(self._client.head_object, Bucket=bucket, Key=key)
        return ObjectFacts(key, response["ContentLength"], response["ETag"], response.get("ContentType", ""))

    async def list_keys(self, bucket: str, prefix: str) -> list[str]:
        """Keys under a prefix, in order."""
        return await self._run(self._list_keys, bucket, prefix)

    async def copy(self, bucket: str, key: str, to_key: str) -> None:
        """Another object of the same content, type and caching, within the store. Raises ObjectNotFoundError."""
        source: CopySourceTypeDef = {"Bucket": bucket, "Key": key}
        await self._run(self._client.copy_object, Bucket=bucket, Key=to_key, CopySource=source)

    async def delete(self, bucket: str, keys: Sequence[str]) -> None:
        """Deletes objects, whether they are there or not."""
        for start in range(0, len(keys), 1000):
            objects = [{"Key": key} for key in keys[start : start + 1000]]
            await self._run(
                self._client.delete_objects,
                Bucket=bucket,
                Delete={"Objects": objects, "Quiet": True},  # type: ignore[typeddict-item]
            )

    # --- presigned uploads

    async def presign_put(
        self,
        bucket: str,
        key: str,
        *,
        content_type: str,
        size_bytes: int,
        expires_s: int,
        sha256: bytes | None = None,
        is_once: bool = False,
    ) -> PresignedRequest:
        """Takes a body of this type and length, of this SHA-256 where one is given, and with ``is_once`` none when the
        object is there already.
        """
        parameters: dict[str, Any] = {"Bucket": bucket, "Key": key, "ContentType": content_type}
        headers = {"Content-Type": content_type}
        if sha256 is not None:
            parameters["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = b64encode(sha256).decode()
        if is_once:
            parameters["IfNoneMatch"] = headers["If-None-Match"] = "*"
        url = await self._presign("put_object", parameters | {"ContentLength": size_bytes}, expires_s)
        return PresignedRequest(url, headers)

    async def create_multipart(self, bucket: str, key: str, *, content_type: str) -> str:
        """Begins a multipart upload; its id."""
        response = await self._run(
            self._client.create_multipart_upload, Bucket=bucket, Key=key, ContentType=content_type
        )
        return response["UploadId"]

    async def presign_part(
        self,
        bucket: str,
        key: str,
        upload_id: str,
        number: int,
        *,
        size_bytes: int,
        expires_s: int,
        md5: bytes | None = None,
    ) -> PresignedRequest:
        """Takes part ``number`` (from 1) of this length, and of this MD5 where one is given."""
        parameters: dict[str, Any] = {"Bucket": bucket, "Key": key, "UploadId": upload_id}
        headers = {}
        if md5 is not None:
            parameters["ContentMD5"] = headers["Content-MD5"] = b64encode(md5).decode()
        parameters |= {"PartNumber": number, "ContentLength": size_bytes}
        return PresignedRequest(await self._presign("upload_part", parameters, expires_s), headers)

    async def list_parts(self, bucket: str, key: str, upload_id: str) -> list[Part]:
        """Parts that have arrived, each number once, as it was sent last."""
        return await self._run(self._list_parts, bucket, key, upload_id)

    async def list_multiparts(self, bucket: str) -> list[PendingMultipart]:
        """Multipart uploads that were begun and neither completed nor aborted."""
        return await self._run(self._list_multiparts, bucket)

    async def complete_multipart(self, bucket: str, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Raises InvalidPartsError, and ObjectNotFoundError when the upload is gone (or was completed)."""
        listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        await self._run(
            self._client.complete_multipart_upload,
            Bucket=bucket,
            Key=key,
            UploadId=upload_id,
            MultipartUpload={"Parts": listed},  # type: ignore[typeddict-item]
        )

    async def abort_multipart(self, bucket: str, key: str, upload_id: str) -> None:
        """Drops an upload and its parts, whether it is there or not."""
        try:
            await self._run(self._client.abort_multipart_upload, Bucket=bucket, Key=key, UploadId=upload_id)
        except ObjectNotFoundError:
            _log.info("multipart_already_gone", bucket=bucket)

    # --- buckets

    async def ensure_buckets(
        self, buckets: Sequence[str], *, allowed_origins: Sequence[str] = ("*",)
    ) -> None:
        """Creates what is missing and lets browsers upload; says what the store has not."""
        for bucket in buckets:
            await self._run(self._ensure_bucket, bucket, list(allowed_origins))

    async def ping(self) -> None:
        """Raises StorageError when the store does not answer."""
        await self._run(self._client.list_buckets)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    # --- parts

    async def _presign(self, operation: str, parameters: Mapping[str, Any], expires_s: int) -> str:
        return await self._run(
            self._public.generate_presigned_url,
            ClientMethod=operation,
            Params=dict(parameters),
            ExpiresIn=expires_s,
        )

    async def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, partial(call, *args, **kwargs))
        except ClientError as error:
            raise _typed(error) from error
        except BotoCoreError as error:
            raise StorageError(f"object storage did not answer: {error}") from error

    def _get_within(self, bucket: str, key: str, max_bytes: int) -> tuple[ObjectFacts, bytes | None]:
        response = self._client.get_object(Bucket=bucket, Key=key)
        size = response["ContentLength"]
        facts = ObjectFacts(key, size, response["ETag"], response.get("ContentType", ""))
        if size > max_bytes:
            response["Body"].close()
            return facts, None
        return facts, response["Body"].read()

    def _list_keys(self, bucket: str, prefix: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def _list_parts(self, bucket: str, key: str, upload_id: str) -> list[Part]:
        pages = self._client.get_paginator("list_parts").paginate(Bucket=bucket, Key=key, UploadId=upload_id)
        found = [part for page in pages for part in page.get("Parts", [])]
        # SeaweedFS lists a part that was sent again twice.
        newest = {part["PartNumber"]: part for part in sorted(found, key=lambda part: part["LastModified"])}
        return [Part(number, part["ETag"], part["Size"]) for number, part in sorted(newest.items())]

    def _list_multiparts(self, bucket: str) -> list[PendingMultipart]:
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket)
        return [
            PendingMultipart(entry["Key"], entry["UploadId"], entry["Initiated"])
            for page in pages
            for entry in page.get("Uploads", [])
        ]

    def _ensure_bucket(self, bucket: str, origins: list[str]) -> None:
        try:
            self._client.create_bucket(Bucket=bucket)
        except ClientError as error:
            if _code(error) not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                raise
        rule: CORSRuleTypeDef = {
            "AllowedOrigins": origins,
            "AllowedMethods": ["PUT", "GET", "HEAD"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag"],
        }
        try:
            self._client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
        except ClientError as error:
            _log.warning("store_has_no_bucket_cors", bucket=bucket, code=_code(error))


def make_s3_client(settings: Settings, endpoint: str | None) -> S3Client:
    """A blocking client; ``endpoint`` None is AWS."""
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=settings.s3_secret_key.get_secret_value(),
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 4, "mode": "standard"},
            max_pool_connections=_THREADS,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    return client


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _typed(error: ClientError) -> StorageError:
    code = _code(error)
    if code in {"404", "NoSuchKey", "NotFound", "NoSuchUpload", "NoSuchBucket"}:
        return ObjectNotFoundError(f"object storage: {code}")
    if code in {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML", "BadDigest"}:
        return InvalidPartsError(f"object storage: {code}")
    return StorageError(f"object storage refused: {code}: {error}")
