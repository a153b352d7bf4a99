"""People of the demo, as the API knows them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipgraph.demo import documents
from clipgraph.demo.api import Api

CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone signed in. ``id`` is their TypeID."""

    api: Api
    id: str
    handle: str
    name: str


async def sign_up(api: Api, handle: str, name: str, password: str) -> Person:
    """Opens an account; done again with the same password it finds the same one."""
    payload = await api.mutate(
        documents.SIGN_UP,
        email=f"{handle}@example.com",
        handle=handle,
        displayName=name,
        password=password,
        idempotencyKey=f"sign-up-{handle}",
    )
    user = payload["user"]
    return Person(
        api.signed_in(payload["tokens"]["accessToken"]), user["id"], user["handle"], user["displayName"]
    )


async def send_clip(creator: Person, path: Path, *, title: str, key: str, **given: Any) -> tuple[str, str]:
    """Asks for an upload and sends the file; ids of upload and video. The upload is not completed yet."""
    size_bytes = await asyncio.to_thread(lambda: path.stat().st_size)
    payload = await creator.api.mutate(
        documents.CREATE_UPLOAD,
        sizeBytes=size_bytes,
        contentType=CONTENT_TYPES[path.suffix.lower()],
        title=title,
        idempotencyKey=key,
        **given,
    )
    upload = payload["upload"]
    await creator.api.upload(upload["parts"], path)
    return upload["id"], upload["video"]["id"]


async def complete(creator: Person, upload_id: str) -> None:
    """Hands the file on; what arrived is what the store says."""
    await creator.api.mutate(documents.COMPLETE_UPLOAD, uploadId=upload_id)
