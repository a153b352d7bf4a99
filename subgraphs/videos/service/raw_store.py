"""The raw bucket: permits, collects and drops files on their way in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kit.resources import Resources
from kit.storage import InvalidPartsError, ObjectNotFoundError, Part
from subgraphs.videos.errors import UploadIncompleteError
from subgraphs.videos.models import ContentType, Upload
from subgraphs.videos.uploads import PlannedPart, ReceivedPart, is_single_put, match_parts, plan_parts

URL_TTL_S: Final = 3600
"""Seconds that a presigned URL is good for (domain-facts: Upload and validation)."""


class RawStore:
    """Files of uploads. S3 decides nothing here but whether bytes are there."""

    def __init__(self, resources: Resources) -> None:
        self._storage = resources.storage
        self.bucket = resources.settings.bucket_raw

    async def open(self, key: str, content_type: ContentType, size_bytes: int) -> str | None:
        """Begins a multipart upload where the file needs one; its id. A rolled back one expires in the bucket."""
        if is_single_put(size_bytes):
            return None
        return await self._storage.create_multipart(self.bucket, key, content_type=content_type)

    async def sign(self, upload: Upload, part: PlannedPart) -> str:
        """A URL that takes this part of the file for an hour."""
        if upload.s3_upload_id is None:
            signed = await self._storage.presign_put(
                self.bucket,
                upload.object_key,
                content_type=upload.content_type,
                size_bytes=part.size_bytes,
                expires_s=URL_TTL_S,
            )
            return signed.url
        signed = await self._storage.presign_part(
            self.bucket,
            upload.object_key,
            upload.s3_upload_id,
            part.number,
            size_bytes=part.size_bytes,
            expires_s=URL_TTL_S,
        )
        return signed.url

    async def received(self, upload: Upload) -> list[ReceivedPart]:
        """Parts of a multipart upload that have arrived; none of a single PUT or of one that is over."""
        if upload.s3_upload_id is None:
            return []
        try:
            parts = await self._storage.list_parts(self.bucket, upload.object_key, upload.s3_upload_id)
        except ObjectNotFoundError:
            return []
        return [ReceivedPart(part.number, part.etag) for part in parts]

    async def assemble(self, upload: Upload, parts: Sequence[ReceivedPart]) -> None:
        """Makes one object of the parts and looks at its size. Again, or twice at once, it does no harm.

        Raises UploadIncompleteError.
        """
        if upload.s3_upload_id is not None:
            planned = plan_parts(upload.size_bytes, upload.part_size_bytes)
            await self._join(upload, upload.s3_upload_id, match_parts(planned, parts))
        size_bytes = await self._size(upload.object_key)
        if size_bytes is None:
            raise UploadIncompleteError("The file has not arrived.")
        if size_bytes != upload.size_bytes:
            raise UploadIncompleteError(f"{size_bytes} of {upload.size_bytes} bytes have arrived.")

    async def drop(self, upload: Upload) -> None:
        """Takes away the file and its parts, whether they are there or not."""
        if upload.s3_upload_id is not None:
            await self._storage.abort_multipart(self.bucket, upload.object_key, upload.s3_upload_id)
        await self._storage.delete(self.bucket, [upload.object_key])

    async def _join(self, upload: Upload, s3_upload_id: str, parts: Sequence[ReceivedPart]) -> None:
        listed = [Part(part.number, part.etag) for part in parts]
        try:
            await self._storage.complete_multipart(self.bucket, upload.object_key, s3_upload_id, listed)
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
