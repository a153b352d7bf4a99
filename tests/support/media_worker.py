"""``python -m tests.support.media_worker BUS_PREFIX EVENT``: a media worker that handles one upload and may be killed.

Settings come from the environment; EVENT is a VideoUploaded as it travels.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from contracts.events import decode_event
from kit.bus.valkey import ValkeyBus
from kit.config import Settings
from kit.storage import Storage
from media.core.figures import FIGURES
from media.worker import MediaWorker


async def main(prefix: str, payload: str) -> None:
    settings = Settings()
    bus = ValkeyBus(settings.valkey_url, prefix=prefix, partitions=1)
    worker = MediaWorker(Storage.from_settings(settings), bus, settings, replace(FIGURES, preset="ultrafast"))
    await worker.on_uploaded(*decode_event(payload.encode()))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
