"""What `clipgraph up` runs once in between, as a table: every step is a command of ours in its own process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clipgraph.supervisor.processes import REPOSITORY
from devstack.errors import DevStackError
from devstack.server import make_folder
from devstack.stack import tail
from devstack.state import StateFile


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    arguments: tuple[str, ...]
    after: Literal["servers", "processes"]
    """Before our processes start, or beside them when everything already runs."""
    once: bool
    """Not again in this data folder after it succeeded there."""
    required: bool
    """Without it nothing can go on; else its failure is told and that is all."""
    deadline_s: float


STEPS = (
    Step("migrate", ("migrate",), after="servers", once=False, required=True, deadline_s=120),
    Step("seed", ("seed",), after="processes", once=True, required=False, deadline_s=600),
)


class StepFailedError(DevStackError):
    def __init__(self, step: Step, ended: str, log: Path) -> None:
        super().__init__(
            f"`clipgraph {' '.join(step.arguments)}` {ended}; the end of its log:\n{tail(log)}",
            f"read {log}; then run `make up` again",
        )


class StepRunner:
    """Runs steps with the given environment; their output goes to ``data_dir/logs/STEP.log``."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str]) -> None:
        self._logs = data_dir / "logs"
        self._done = StateFile(data_dir / "run" / "steps.json")
        self._environment = environment

    def is_due(self, step: Step) -> bool:
        return not (step.once and step.name in self._done.read())

    async def run(self, step: Step) -> None:
        """Returns when it succeeded; raises ``StepFailedError``. Ends it when cancelled."""
        log = self._logs / f"{step.name}.log"
        make_folder(log.parent)
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "clipgraph", *step.arguments),
                cwd=REPOSITORY,
                env={**os.environ, **self._environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            status = await asyncio.wait_for(process.wait(), step.deadline_s)
        except TimeoutError:
            raise StepFailedError(step, f"took more than {step.deadline_s:.0f} s", log) from None
        finally:
            await _end(process)
        if status != 0:
            raise StepFailedError(step, f"ended with status {status}", log)
        self._done.write({**self._done.read(), step.name: True})


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()
