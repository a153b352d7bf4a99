"""The raw bucket: permits, collects and drops files on their way in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from kit.resources import Resources
from kit.storage import InvalidPartsError, ObjectNotFoundError, Part, PendingMultipart, PresignedRequest
from subgraphs.videos.errors import UploadIncompleteError
from subgraphs.videos.models import LIMITS, Upload
from subgraphs.videos.uploads import (
    NamedPart,
    PlannedPart,
    ReceivedPart,
    WantedPart,
    check_parts,
    plan_parts,
)


class RawStore:
    """Files of uploads. S3 decides nothing here but whether bytes are there, and are those that were announced."""

    def __init__(self, resources: Resources) -> None:
        self._storage = resources.storage
        self.bucket = resources.settings.bucket_raw

    async def begin_multipart(self, upload: Upload) -> str:
        """The id of a new multipart upload. One that nobody remembers is swept."""
        return await self._storage.create_multipart(
            self.bucket, upload.object_key, content_type=upload.content_type.value
        )

    async def sign(
        self, upload: Upload, parts: Sequence[tuple[PlannedPart, WantedPart]]
    ) -> list[PresignedRequest]:
        """Where to send each of these parts: good for an hour, and not longer than the upload is open."""
        left = upload.expires_at - datetime.now(UTC)
        expires_s = max(1, int(min(left.total_seconds(), LIMITS.upload_url_ttl_s)))
        return await asyncio.gather(
            *(self._sign(upload, planned, wanted, expires_s) for planned, wanted in parts)
        )

    async def received(self, upload: Upload) -> dict[int, ReceivedPart]:
        """Parts that have arrived, by number; of a single PUT, the file itself."""
        if not upload.is_multipart:
            size_bytes = await self._size(upload.object_key)
            return {} if size_bytes is None else {1: ReceivedPart(1, "", size_bytes)}
        if upload.s3_upload_id is None:
            return {}
        try:
            parts = await self._storage.list_parts(self.bucket, upload.object_key, upload.s3_upload_id)
        except ObjectNotFoundError:
            return {}
        return {part.number: ReceivedPart(part.number, part.etag, part.size_bytes) for part in parts}

    async def assemble(self, upload: Upload, named: Sequence[NamedPart] = ()) -> None:
        """Makes one object of the parts and looks at its size. Again, or twice at once, it does no harm.

        Raises UploadIncompleteError.
        """
        if upload.is_multipart and await self._size(upload.object_key) is None:
            await self._join(upload, named)
        size_bytes = await self._size(upload.object_key)
        if size_bytes is None:
            raise UploadIncompleteError("The file has not arrived.")
        if size_bytes != upload.size_bytes:
            raise UploadIncompleteError(f"{size_bytes} of {upload.size_bytes} bytes have arrived.")

    async def drop(self, upload: Upload) -> None:
        """Takes away the file and its parts, whether they are there or not."""
        await self.give_up(upload)
        await self._storage.delete(self.bucket, [upload.object_key])

    async def give_up(self, upload: Upload) -> None:
        """Takes away the parts of a multipart upload."""
        if upload.s3_upload_id is not None:
            await self._storage.abort_multipart(self.bucket, upload.object_key, upload.s3_upload_id)

    async def old_multiparts(self, now: datetime) -> list[PendingMultipart]:
        """Multipart uploads that were begun longer ago than any upload is open."""
        before = now - timedelta(seconds=LIMITS.upload_ttl_s)
        begun = await self._storage.list_multiparts(self.bucket)
        return [each for each in begun if each.started_at < before]

    async def abort(self, begun: PendingMultipart) -> None:
        await self._storage.abort_multipart(self.bucket, begun.key, begun.upload_id)

    async def _sign(
        self, upload: Upload, part: PlannedPart, wanted: WantedPart, expires_s: int
    ) -> PresignedRequest:
        if not upload.is_multipart:
            return await self._storage.presign_put(
                self.bucket,
                upload.object_key,
                content_type=upload.content_type.value,
                size_bytes=part.size_bytes,
                expires_s=expires_s,
                sha256=upload.sha256,
                is_once=True,  # what was handed on stays what was looked at
            )
        assert upload.s3_upload_id is not None, "the caller has begun it"
        return await self._storage.presign_part(
            self.bucket,
            upload.object_key,
            upload.s3_upload_id,
            part.number,
            size_bytes=part.size_bytes,
            expires_s=expires_s,
            md5=wanted.md5,
        )

    async def _join(self, upload: Upload, named: Sequence[NamedPart]) -> None:
        received = await self.received(upload)
        if not received and await self._size(upload.object_key) is not None:
            return  # a twin was faster
        check_parts(plan_parts(upload.size_bytes, upload.part_size_bytes), received, named)
        listed = [Part(part.number, part.etag) for _, part in sorted(received.items())]
        assert upload.s3_upload_id is not None, "parts were received"
        try:
            await self._storage.complete_multipart(
                self.bucket, upload.object_key, upload.s3_upload_id, listed
            )
        except ObjectNotFoundError:
            if await self._size(upload.object_key) is None:  # else a twin was faster
                raise UploadIncompleteError("The store does not know this upload any more.") from None
        except InvalidPartsError:
            raise UploadIncompleteError("The store has other parts than these.") from None

    async def _size(self, key: str) -> int | None:
        try:
            return (await self._storage.head(self.bucket, key)).size_bytes
        except ObjectNotFoundError:
            return None
