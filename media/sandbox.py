"""``python -I -S sandbox.py LIMITS COMMAND…``: becomes the command, within limits, without a network.

It runs before anything of ours is imported, so that it costs some milliseconds only. ``LIMITS`` is JSON:
``memory_bytes`` (0 for no limit), ``file_bytes``, ``cpu_s``, ``nice``, ``parent``.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_OPEN_FILES = 256
_CPU_GRACE_S = 5


def main(argv: list[str]) -> None:
    """Never returns. The command dies with the process that started this one."""
    limits = json.loads(argv[0])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != limits["parent"]:
        os._exit(128 + signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    leave_network(libc)
    os.nice(limits["nice"])
    if limits["memory_bytes"]:
        _limit(resource.RLIMIT_AS, limits["memory_bytes"])
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"])
    _limit(resource.RLIMIT_CPU, limits["cpu_s"], grace=_CPU_GRACE_S)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    os.execv(argv[1], argv[1:])


def leave_network(libc: ctypes.CDLL) -> bool:
    """Into a network of its own that leads nowhere. Where the kernel forbids it, ffmpeg's protocol list has to do."""
    alone: bool = libc.unshare(_CLONE_NEWNET) == 0
    return alone or bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _limit(kind: int, value: int, *, grace: int = 0) -> None:
    """The signal that tells of it comes at ``value``, the end ``grace`` later."""
    _, given = resource.getrlimit(kind)
    hard = value + grace if given == resource.RLIM_INFINITY else min(value + grace, given)
    resource.setrlimit(kind, (min(value, hard), hard))


if __name__ == "__main__":
    main(sys.argv[1:])
