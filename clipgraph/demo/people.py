"""People of the demo, as the API knows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipgraph.demo import documents
from clipgraph.demo.api import Api
from clipgraph.demo.uploader import Uploader


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
    uploader = Uploader(creator.api)
    upload = await uploader.begin(path, key=key, title=title, **given)
    await uploader.send(upload["id"], path)
    return upload["id"], upload["video"]["id"]


async def complete(creator: Person, upload_id: str) -> None:
    """Hands the file on; what arrived is what the store says."""
    await creator.api.mutate(documents.COMPLETE_UPLOAD, uploadId=upload_id)
