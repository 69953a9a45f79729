"""Collecting a fleet: many devices at once, one session each, and no device's trouble is another's.

:class:`Collector` is what a synchronous caller uses; it runs :func:`collect_fleet` on an event loop in its own thread.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import nullcontext
from queue import SimpleQueue
from typing import Any, Self, TypeVar

from sse_compliance.catalogue.probes import ProbeSpec, probe_specs
from sse_compliance.collect.audit import AuditLog
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.one_device import COMMAND_SECONDS, Ask, AskFurther, collect_device, run_live
from sse_compliance.collect.ssh.errors import DeviceError
from sse_compliance.collect.ssh.session import Session
from sse_compliance.collect.ssh.shared_login import Shared
from sse_compliance.errors import InputError, Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.evidence.redaction import redacted_text
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import Target

T = TypeVar("T")

OnDone = Callable[[Evidence], None]
OnStart = Callable[[str], None]


log = logging.getLogger("sse_compliance.collect")


async def collect_fleet(
    targets: Sequence[Target],
    plan: Mapping[str, Sequence[str]],
    *,
    ask: Ask,
    on_done: OnDone,
    on_start: OnStart | None = None,
) -> dict[str, Evidence]:
    """Collects from every target, as many at a time as the limits allow.

    Whatever goes wrong with a device becomes its evidence's ``error``. Cancelling closes what is open; devices that
    were done have been handed on by then.

    Args:
        targets: the devices.
        plan: names of the probes, by device name.
        ask: how.
        on_done: called with each device's evidence, the moment it is done.
        on_start: called with a device's name when its turn comes.

    Returns:
        The evidence by device name, in the order of the targets.

    Raises:
        InputError: the plan names a probe that there is none of, a password can't be had, or the user's OpenSSH
            configuration can't be used; nothing was contacted.
    """
    work = [(target, probe_specs(target.device, plan[target.device.name])) for target in targets]
    ways = await asyncio.to_thread(ask.prepare, targets)
    done: dict[str, Evidence] = {}

    slots = asyncio.Semaphore(ask.limits.devices_at_once)
    through: dict[object, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(ask.limits.per_jump_host))

    async def one(target: Target, specs: Sequence[ProbeSpec]) -> None:
        first = [(hop.address, hop.port) for hop in ways[target.device.name][:1]]
        # Who waits for a jump host's turn takes no slot from devices that are reached without it.
        async with through[first[0]] if first else nullcontext(), slots:
            if on_start:
                on_start(target.device.name)
            evidence = await collect_device(target, specs, ask)
            error = evidence.error or "no error"
            log.debug("%s: %d of %d probes answered, %s", target.device.name, len(evidence.probes), len(specs), error)
            done[target.device.name] = evidence
            on_done(evidence)

    workers = [asyncio.create_task(one(target, specs)) for target, specs in work]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if ask.keep is None:
            await ask.shared.jump_hosts.close()
    return {target.device.name: done[target.device.name] for target in targets}


class Collector:
    """Collects for a caller that knows nothing of asyncio. Use it as a context manager, or call :meth:`close`.

    Args:
        limits: the bounds.
        credentials: those that were had before; none where None.
        own_commands: whether tests may run commands that the table of commands does not hold.
        audit: where it is noted what is done on the devices.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        credentials: Credentials | None = None,
        *,
        own_commands: bool = False,
        audit: AuditLog | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._own_commands = own_commands
        self._audit = audit
        self._credentials = credentials or Credentials()
        self._shared = Shared()
        self._sessions: dict[str, Session] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="collector", daemon=True)
        self._thread.start()

    @property
    def audit(self) -> AuditLog | None:
        """Where it is noted what is done on the devices."""
        return self._audit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def collect(
        self,
        targets: Sequence[Target],
        plan: Mapping[str, Sequence[str]],
        *,
        on_done: OnDone | None = None,
        on_start: OnStart | None = None,
        keep_open: bool = False,
        further: AskFurther | None = None,
    ) -> dict[str, Evidence]:
        """Collects from every target; see :func:`collect_fleet`.

        With ``keep_open`` each device's session stays for :meth:`run`; there may then be no more devices than the
        limits allow at a time. With ``further`` tests ask more before a session is closed; it is called in threads of
        its own. Never is a second session opened.

        The callbacks run in the caller's thread. Where one raises, or on Ctrl-C, what is still open is closed and the
        exception goes on; before that, evidence that has arrived is handed on.

        Raises:
            InputError: more sessions would stay open than the limits allow; nothing was contacted.
            SseError: the audit log is not whole.
        """
        most = self._limits.devices_at_once
        if keep_open and len(targets) + len(self._sessions) > most:
            raise InputError(
                f"tests of your own use `host`, so the session of each of {len(targets)} devices stays open to the "
                f"end, and --concurrency allows {most}: choose fewer with --devices, or raise --concurrency"
            )
        events: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

        def later(callback: Callable[[T], None] | None) -> Callable[[T], None]:
            return lambda value: events.put(lambda: callback(value)) if callback else None

        future = asyncio.run_coroutine_threadsafe(
            collect_fleet(
                targets,
                plan,
                ask=self._ask(self._sessions if keep_open else None, further),
                on_done=later(on_done),
                on_start=later(on_start),
            ),
            self._loop,
        )
        future.add_done_callback(lambda _: events.put(None))
        try:
            while event := events.get():
                event()
        except BaseException as error:
            future.cancel()
            while isinstance(error, KeyboardInterrupt) and not events.empty() and (event := events.get()):
                event()
            raise
        return self._whole(future.result())

    def _ask(self, keep: dict[str, Session] | None, further: AskFurther | None) -> Ask:
        own, audit, shared = self._own_commands, self._audit, self._shared
        return Ask(self._limits, self._credentials, keep, further, own, audit, shared)

    def _whole(self, found: dict[str, Evidence]) -> dict[str, Evidence]:
        if self._audit is not None:
            self._audit.check()
        return found

    def run(self, device: str, command: str, seconds: int = COMMAND_SECONDS) -> ProbeResult:
        """Runs a shell command on a device that was collected, in the session that is still open.

        Raises:
            Unavailable: there is no such session, it ended before the command did, or the run does not allow it.
        """
        session = self._sessions.get(device)
        if session is None:
            raise Unavailable(f"no session is open to run `{command}` in")
        try:
            answer = self._wait(run_live(session, command, self._credentials, seconds))
        except DeviceError as error:
            del self._sessions[device]
            reason = redacted_text(self._credentials.mask(error.reason))
            if self._audit is not None:
                self._audit.command(device, "command", NotObtained(reason))
            raise Unavailable(reason) from None
        if self._audit is not None:
            self._audit.command(device, "command", answer)
        return answer

    def release(self, devices: Iterable[str]) -> None:
        """Ends the sessions that were kept open to some devices, so that they can be collected again."""
        self._wait(_close_all([self._sessions.pop(name) for name in devices if name in self._sessions]))

    def close(self) -> None:
        """Ends all sessions and the thread."""
        if self._loop.is_closed():
            return
        sessions = list(self._sessions.values())
        self._sessions.clear()
        self._wait(_close_all(sessions))
        self._wait(self._shared.jump_hosts.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


async def _close_all(sessions: Iterable[Session]) -> None:
    await asyncio.gather(*(session.close() for session in sessions))
    # Tasks that a cancelled run has left get the chance to close their connections.
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    if rest:
        await asyncio.wait(rest, timeout=3)
