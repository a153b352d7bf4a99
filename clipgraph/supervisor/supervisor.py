"""`clipgraph up` from its first line to its last."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Sequence

from clipgraph.supervisor import environment, report
from clipgraph.supervisor.child import Child, Managed
from clipgraph.supervisor.fleet import Fleet
from clipgraph.supervisor.logs import LogWatcher, rotate
from clipgraph.supervisor.processes import PROCESSES, ProcessSpec, PythonProcess, make_processes
from clipgraph.supervisor.run_state import DataFolder, InstanceLock, RunState, state_file
from clipgraph.supervisor.steps import STEPS, Step, StepFailedError, StepRunner
from devstack.errors import DevStackError
from devstack.process import ProcessIdentity
from kit.buckets import plan_buckets, prepare_buckets
from kit.config import Settings


class AlreadyUpError(DevStackError):
    def __init__(self, settings: Settings, pid: int | None) -> None:
        super().__init__(
            f"clipgraph already runs on {settings.data_dir.resolve()} (pid {pid or 'unknown'})",
            "`make status` shows it, `make down` stops it; a second one beside it needs its own "
            "CLIPGRAPH_DATA_DIR, CLIPGRAPH_ROUTER_PORT, CLIPGRAPH_REALTIME_PORT and CLIPGRAPH_ORIGIN_PORT",
        )


class Supervisor:
    """Starts everything, keeps it running, and stops it when asked. ``run`` may be called once."""

    def __init__(
        self,
        settings: Settings,
        *,
        specs: Sequence[ProcessSpec] = PROCESSES,
        steps: Sequence[Step] = STEPS,
        say: Callable[[str], None] = print,
    ) -> None:
        self._settings = settings
        self._specs = tuple(specs)
        self._steps = tuple(steps)
        self._write_line = say
        self._began = time.monotonic()
        self._phase = "starting"
        self._stack = environment.make_stack(settings)
        self._state = state_file(self._stack.data_dir)
        self._fleet = Fleet(self._say)
        self._stop_asked = asyncio.Event()

    async def run(self) -> int:
        """Returns the exit status after everything is stopped. Raises ``DevStackError`` when it cannot start."""
        lock = InstanceLock(self._stack.data_dir)
        DataFolder(self._stack.data_dir).claim()
        if not lock.acquire():
            running = RunState.read(self._stack.data_dir).supervisor
            raise AlreadyUpError(self._settings, running.pid if running else None)
        try:
            self._listen_to_signals()
            return await self._run_locked()
        finally:
            lock.release()

    def ask_to_stop(self) -> None:
        """What a signal does: the first asks, the second insists."""
        if self._stop_asked.is_set():
            self._say("stopping at once")
            self._fleet.kill()
        self._stop_asked.set()

    # -- the story ----------------------------------------------------------------------------------

    async def _run_locked(self) -> int:
        await self._take_over()
        starting = asyncio.create_task(self._start())
        asking = asyncio.create_task(self._stop_asked.wait())
        watching: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({starting, asking}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()  # raises what kept it from starting
                watching = asyncio.create_task(self._watch_logs())
                await asking
            return 0
        finally:
            for task in (starting, asking, watching):
                await _cancelled(task)
            await self._stop()

    async def _take_over(self) -> None:
        """Stops what a supervisor that was killed left running, and takes its place in the state file."""
        stopped = await asyncio.to_thread(RunState.read(self._stack.data_dir).stop_orphans)
        if stopped:
            self._say(f"stopped what an earlier run left behind: {', '.join(stopped)}")
        await asyncio.to_thread(self._stack.stop_orphans)
        self._record()

    async def _start(self) -> None:
        for name in self._stack.move_taken_ports():
            self._say(f"the port of {name} was taken meanwhile: it has a new one")
        addresses = environment.addresses(self._settings, self._stack)
        processes = make_processes(self._specs, self._settings, self._stack.book, addresses)
        for process in processes:
            process.prepare()  # a taken port is told before anything runs
        runner = StepRunner(self._stack.data_dir, addresses)

        await self._fleet.start([self._child(server, "server") for server in self._stack.servers])
        await self._make_room()
        await self._run_steps(runner, "servers")
        await self._fleet.start([self._child(process, process.tier) for process in processes])
        self._set_phase("running")
        self._write_line(report.welcome(self._settings, _own_ports(processes), self._elapsed_s))
        await self._run_steps(runner, "processes")

    async def _make_room(self) -> None:
        """The database and the buckets that processes take for granted."""
        settings = self._settings
        await self._stack.postgres.ensure_database(environment.database_name(settings))
        client = self._stack.s3.client()
        outcomes = await asyncio.to_thread(prepare_buckets, client, plan_buckets(settings))
        lacking = dict.fromkeys(outcome.rule for outcome in outcomes if outcome.refusal is not None)
        if lacking:
            self._say(f"the embedded store has no {', '.join(lacking)}: `clipgraph buckets` tells more")

    async def _run_steps(self, runner: StepRunner, after: str) -> None:
        for step in self._steps:
            if step.after != after or not runner.is_due(step):
                continue
            began = time.monotonic()
            try:
                await runner.run(step)
            except StepFailedError as error:
                if step.required:
                    raise
                self._say(f"{step.name}: {error}")
            else:
                self._say(f"{step.name} done after {time.monotonic() - began:.1f} s")

    async def _watch_logs(self) -> None:
        await LogWatcher([(child.name, child.log) for child in self._fleet.children], self._say).run()

    async def _stop(self) -> None:
        self._set_phase("stopping")
        self._say("stopping")
        await self._fleet.stop()
        self._state.remove()
        self._say("stopped; the data stays, `make reset` forgets it")

    # -- parts --------------------------------------------------------------------------------------

    def _child(self, what: Managed, kind: str) -> Child:
        log = self._stack.data_dir / "logs" / f"{what.name}.log"
        rotate(log)
        return Child(what, kind, log, self._record)

    def _record(self) -> None:
        me = ProcessIdentity.of(os.getpid())
        self._state.write(
            {
                "supervisor": me.to_json() if me else None,
                "phase": self._phase,
                "environment": environment.addresses(self._settings, self._stack),
                "processes": {child.name: child.to_json() for child in self._fleet.children},
            }
        )

    def _set_phase(self, phase: str) -> None:
        self._phase = phase
        self._record()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.ask_to_stop)

    @property
    def _elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def _say(self, line: str) -> None:
        self._write_line(f"{self._elapsed_s:7.1f} s  {line}")


def _own_ports(processes: Sequence[PythonProcess]) -> dict[str, str]:
    return {process.name: process.url for process in processes if process.port_setting is None}


async def _cancelled(task: asyncio.Task[None] | asyncio.Task[bool] | None) -> None:
    """Waits until the task is over; its failure was told or no longer matters."""
    if task is None:
        return
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
