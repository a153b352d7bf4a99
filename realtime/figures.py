"""How much one process takes on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RealtimeFigures:
    """Defaults of the product. A socket that has ``outgoing_frames`` waiting is too slow and is cut."""

    init_timeout_s: float = 10.0
    operations_per_socket: int = 50
    outgoing_frames: int = 256
    message_bytes: int = 64 * 1024
    sockets: int = 20_000
    ping_every_s: float = 20.0
    close_timeout_s: float = 1.0
