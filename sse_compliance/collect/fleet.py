"""Collecting a fleet: many devices at once, one session each, and no device's trouble is another's.

:class:`Collector` is what a synchronous caller uses; it runs :func:`collect_fleet` on an event loop in its own thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from queue import SimpleQueue
from time import monotonic
from typing import Any, Self, TypeVar

from sse_compliance.catalogue.probes import ProbeSpec, Where, probe_specs
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh.connection import Secrets, place_of
from sse_compliance.collect.ssh.errors import DeviceError, InternalError, StepTimeoutError
from sse_compliance.collect.ssh.session import Answers, Session, open_session
from sse_compliance.errors import InputError, SseError, Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.evidence.redaction import redacted
from sse_compliance.files.clock import stamp
from sse_compliance.inventory.credentials import Credentials, Secret
from sse_compliance.inventory.device import CredentialRef, Target, without_userinfo

#: What a live command may take beyond its own time limit, in seconds.
_LIVE_GRACE = 10

T = TypeVar("T")

OnDone = Callable[[Evidence], None]
OnStart = Callable[[str], None]


async def collect_fleet(
    targets: Sequence[Target],
    plan: Mapping[str, Sequence[str]],
    *,
    limits: Limits,
    credentials: Credentials,
    on_done: OnDone,
    on_start: OnStart | None = None,
    keep: dict[str, Session] | None = None,
) -> dict[str, Evidence]:
    """Collects from every target, ``limits.devices_at_once`` at a time.

    Whatever goes wrong with a device becomes its evidence's ``error``. Cancelling closes what is open; devices that
    were done have been handed on by then.

    Args:
        targets: the devices.
        plan: names of the probes, by device name.
        on_done: called with each device's evidence, the moment it is done.
        on_start: called with a device's name when its turn comes.
        keep: where sessions are left open, by device name; they are closed where None.

    Returns:
        The evidence by device name, in the order of the targets.

    Raises:
        InputError: the plan names a probe that there is none of; nothing was contacted.
    """
    work = iter([(target, probe_specs(target.device, plan[target.device.name])) for target in targets])
    done: dict[str, Evidence] = {}

    async def worker() -> None:
        for target, specs in work:
            if on_start:
                on_start(target.device.name)
            evidence = await collect_device(target, specs, limits, credentials, keep)
            done[target.device.name] = evidence
            on_done(evidence)

    workers = [asyncio.create_task(worker()) for _ in range(min(limits.devices_at_once, len(targets)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return {target.device.name: done[target.device.name] for target in targets}


async def collect_device(
    target: Target,
    specs: Sequence[ProbeSpec],
    limits: Limits,
    credentials: Credentials,
    keep: dict[str, Session] | None = None,
) -> Evidence:
    """Everything that is planned for one device, or why it could not be had. Raises nothing but cancellation.

    Where the session ends while the probes are read, those that have arrived are kept and the others say why they were
    not had; where it ends before, the evidence has no probe and an ``error``.
    """
    began = monotonic()
    answers: Answers = {}
    trouble: SseError | None = None
    try:
        async with asyncio.timeout(limits.device):
            await _collect(target, specs, limits, credentials, answers, keep)
    except TimeoutError:
        trouble = StepTimeoutError(place_of(target), f"it was not done within {limits.device:g} s", "")
    except SseError as refused:
        trouble = refused
    except Exception as internal:
        # A fault of ours must not take the other devices with it.
        trouble = InternalError(
            place_of(target), f"internal error, please report it: {type(internal).__name__}: {internal}"
        )
    planned = [spec.name for spec in _with_follow_ups(specs)]
    if trouble is not None and answers:
        answers = {name: answers.get(name, NotObtained(trouble.reason)) for name in planned}
        trouble = None
    return Evidence(
        device=replace(target.device, proxy=without_userinfo(target.device.proxy)),
        collected_at=stamp(),
        probes={name: redacted(answers[name]) for name in planned if name in answers},
        seconds=round(monotonic() - began, 3),
        error=trouble.reason if trouble else None,
        error_kind=trouble.kind if trouble else None,
        # What is no trouble of the device's is the user's mistake, for example a password that can't be read.
        error_is_lasting=trouble is not None and (not isinstance(trouble, DeviceError) or trouble.lasting),
    )


def _with_follow_ups(specs: Iterable[ProbeSpec]) -> Iterator[ProbeSpec]:
    for spec in specs:
        yield spec
        if spec.then:
            yield spec.then


async def _collect(
    target: Target,
    specs: Sequence[ProbeSpec],
    limits: Limits,
    credentials: Credentials,
    answers: Answers,
    keep: dict[str, Session] | None,
) -> None:
    if target.device.proxy != without_userinfo(target.device.proxy):
        raise InputError(
            "the proxy's URL holds a user or password; a device would show it in `ps`", place=target.device.name
        )
    secrets = await asyncio.to_thread(_resolve, target, credentials)
    clish = [spec for spec in specs if spec.where is Where.CLISH]
    session = await open_session(target, secrets, limits, clish)
    try:
        shell = [spec for spec in specs if spec.where is Where.SHELL]
        await session.collect(shell, answers)
        answers.update(session.clish)
    except BaseException:
        # What the CLI said is kept only beside an answer of the shell's: without one the device as a whole failed.
        if answers:
            answers.update(session.clish)
        await session.close()
        raise
    if keep is None:
        await session.close()
    else:
        keep[target.device.name] = session


def _resolve(target: Target, credentials: Credentials) -> Secrets:
    def secret(ref: CredentialRef | None) -> Secret | None:
        return credentials.resolve(ref, target.device.name) if ref else None

    return Secrets(login=secret(target.access.password), sudo=secret(target.access.sudo_password))


class Collector:
    """Collects for a caller that knows nothing of asyncio. Use it as a context manager, or call :meth:`close`.

    Args:
        limits: the bounds.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._credentials = Credentials()
        self._sessions: dict[str, Session] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="collector", daemon=True)
        self._thread.start()

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
    ) -> dict[str, Evidence]:
        """Collects from every target; see :func:`collect_fleet`.

        With ``keep_open`` each device's session stays for :meth:`run`. Never is a second one opened.

        The callbacks run in the caller's thread. Where one raises, or on Ctrl-C, what is still open is closed and the
        exception goes on; before that, evidence that has arrived is handed on.
        """
        events: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

        def later(callback: Callable[[T], None] | None) -> Callable[[T], None]:
            return lambda value: events.put(lambda: callback(value)) if callback else None

        future = asyncio.run_coroutine_threadsafe(
            collect_fleet(
                targets,
                plan,
                limits=self._limits,
                credentials=self._credentials,
                on_done=later(on_done),
                on_start=later(on_start),
                keep=self._sessions if keep_open else None,
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
        return future.result()

    def run(self, device: str, command: str, seconds: int = 30) -> ProbeResult:
        """Runs a shell command on a device that was collected, in the session that is still open.

        Raises:
            Unavailable: there is no such session, or it ended before the command did.
        """
        session = self._sessions.get(device)
        if session is None:
            raise Unavailable(f"no session is open to run `{command}` in")
        try:
            return self._wait(_run_live(session, device, command, seconds))
        except DeviceError as error:
            del self._sessions[device]
            raise Unavailable(error.reason) from None

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
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


async def _run_live(session: Session, device: str, command: str, seconds: int) -> ProbeResult:
    try:
        async with asyncio.timeout(seconds + _LIVE_GRACE):
            return await session.run(command, seconds)
    except TimeoutError:
        await session.close()
        raise StepTimeoutError(device, f"no result of a live command within {seconds} s") from None


async def _close_all(sessions: Iterable[Session]) -> None:
    await asyncio.gather(*(session.close() for session in sessions))
    # Tasks that a cancelled run has left get the chance to close their connections.
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    if rest:
        await asyncio.wait(rest, timeout=3)
