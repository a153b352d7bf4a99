"""``clipgraph up`` with stand-ins for our processes: the servers, the signals and the state file are real."""

from __future__ import annotations

import asyncio
import functools
import sys
from pathlib import Path

from clipgraph.supervisor.processes import ProcessSpec
from clipgraph.supervisor.supervisor import Supervisor
from devstack.errors import DevStackError
from kit.config import Settings

PROGRAM = (sys.executable, str(Path(__file__).parent / "stand_in.py"))
SPECS = (
    ProcessSpec("router", ("CLIPGRAPH_ROUTER_PORT",), "front", "router_port", PROGRAM),
    ProcessSpec("media", ("--with-helper",), "back", program=PROGRAM),
)
CRASHING = (ProcessSpec("crashing", ("--crash",), "back", program=PROGRAM),)


async def _run() -> int:
    specs = CRASHING if "--crashing" in sys.argv else SPECS
    say = functools.partial(print, flush=True)
    return await Supervisor(Settings(), specs=specs, steps=(), say=say).run()


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(_run()))
    except DevStackError as error:
        sys.exit(str(error))
