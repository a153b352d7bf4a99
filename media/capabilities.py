"""Finding out what this machine's card does, by letting it do it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from kit.telemetry import get_logger
from media.core.errors import RejectedError
from media.core.figures import Limits, MediaFigures
from media.core.gpu import ENCODERS, Capabilities, decode_probe, decode_probe_source, encode_probe
from media.runner import ChildError, run_ffmpeg

_SOURCE = "probe.mp4"

_log = get_logger("media")


async def find_capabilities(figures: MediaFigures) -> Capabilities:
    """Some tenths of a second on a machine without a card. Never raises for what a card can't do."""
    limits = figures.card_probe_limits
    with TemporaryDirectory(prefix="clipgraph-card-") as folder:
        place = Path(folder)
        encoders = [name for name in ENCODERS if await _does(encode_probe(name), place, limits)]
        is_decoding = bool(encoders) and await _does(decode_probe_source(_SOURCE), place, limits)
        is_decoding = is_decoding and await _does(decode_probe(_SOURCE), place, limits)
    found = Capabilities(frozenset(encoders), is_decoding)
    _log.info("card_probed", encoders=encoders, is_decoding=is_decoding)
    return found


async def _does(command: list[str], folder: Path, limits: Limits) -> bool:
    try:
        await run_ffmpeg(command, folder, limits)
    except (RejectedError, ChildError):
        return False
    return True
