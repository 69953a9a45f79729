"""Collecting one device in one session: what is planned, then what its tests ask further; then the session ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import TypeVar

from sse_compliance.catalogue.probes import ProbeSpec, Where
from sse_compliance.collect.audit import AuditLog
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh import algorithms
from sse_compliance.collect.ssh.connection import Secrets, place_of
from sse_compliance.collect.ssh.errors import DeviceError, InternalError, StepTimeoutError
from sse_compliance.collect.ssh.jump import hops
from sse_compliance.collect.ssh.session import Answers, Session, open_session
from sse_compliance.collect.ssh.shared_login import Shared
from sse_compliance.errors import InputError, SseError, Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.evidence.redaction import redacted, redacted_text
from sse_compliance.files.clock import stamp
from sse_compliance.inventory.credentials import Credentials, Secret
from sse_compliance.inventory.device import CredentialRef, JumpHost, Target, without_userinfo

#: How long a command that a test runs by itself may take, and what is allowed beyond that, in seconds.
COMMAND_SECONDS = 30
_GRACE = 10

#: Runs a command in the device's session, from another thread than the session's.
LiveRun = Callable[[str], ProbeResult]

#: Asks further while the session is open: gets what was collected, and gives the answers by the name of their probe.
AskFurther = Callable[[Evidence, LiveRun], Mapping[str, ProbeResult | NotObtained]]


T = TypeVar("T")

#: Of its own: threads of the loop's may all wait for a test whose command is to be masked.
_MASKING = ThreadPoolExecutor(2, "masking")


@dataclass(frozen=True, slots=True)
class Ask:
    """How devices are asked."""

    limits: Limits
    credentials: Credentials
    #: Where sessions are left open, by device name; they are closed where None.
    keep: dict[str, Session] | None = None
    #: Asks further before the session is closed; None where nothing is.
    further: AskFurther | None = None
    #: Whether tests may run commands that the table of commands does not hold.
    own_commands: bool = False
    #: Where it is noted what is done on the devices; nowhere where None.
    audit: AuditLog | None = None
    #: What the sessions have in common.
    shared: Shared = field(default_factory=Shared)

    def prepare(self, targets: Iterable[Target]) -> dict[str, tuple[JumpHost, ...]]:
        """Looks at what the way to each device needs: a mistake of the user's is told before any is contacted.

        Returns:
            The jump hosts in front of each device, by its name.

        Raises:
            InputError: a password can't be had, or OpenSSH's configuration or an algorithm of the inventory is wrong.
        """
        ways = {}
        for target in targets:
            if target.device.proxy != without_userinfo(target.device.proxy):
                raise InputError(
                    "the proxy's URL holds a user or password; a device would show it in `ps`", place=target.device.name
                )
            algorithms.check(target.access.algorithms)
            ways[target.device.name] = hops(target.access)
            _resolve(target, self.credentials)
        return ways


async def collect_device(target: Target, specs: Sequence[ProbeSpec], ask: Ask) -> Evidence:
    """Everything that is planned for one device, or why it could not be had. Raises nothing but cancellation.

    Where the session ends while the probes are read, those that have arrived are kept and the others say why they were
    not had; where it ends before, the evidence has no probe and an ``error``.
    """
    if ask.audit is None:
        return await _evidence_of(target, specs, ask)
    ask.audit.connects(target)
    try:
        evidence = await _evidence_of(target, specs, ask)
    except BaseException:
        ask.audit.ended(target, "interrupted")
        raise
    ask.audit.collected(target, evidence)
    return evidence


async def _evidence_of(target: Target, specs: Sequence[ProbeSpec], ask: Ask) -> Evidence:
    limits = ask.limits.of(target.access.timeouts)
    ask, specs = replace(ask, limits=limits), [limits.timed(spec) for spec in specs]
    began = monotonic()
    answers: Answers = {}
    trouble: SseError | None = None
    try:
        async with asyncio.timeout(limits.device):
            await _collect(target, specs, ask, answers)
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
        answers = {name: answers.get(name, NotObtained(_told(trouble))) for name in planned}
        trouble = None
    return replace(
        await _off_the_loop(partial(_evidence, target, [*planned, *answers], answers, ask.credentials)),
        seconds=round(monotonic() - began, 3),
        error=redacted_text(ask.credentials.mask(_told(trouble))) if trouble else None,
        error_kind=trouble.kind if trouble else None,
        # What is no trouble of the device's is the user's mistake, for example a password that can't be read.
        error_is_lasting=trouble is not None and (not isinstance(trouble, DeviceError) or trouble.lasting),
    )


async def _off_the_loop(work: Callable[[], T]) -> T:
    """Masks in a thread: other devices' deadlines go on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_MASKING, work)


def _with_follow_ups(specs: Iterable[ProbeSpec]) -> Iterator[ProbeSpec]:
    for spec in specs:
        yield spec
        if spec.then:
            yield spec.then


def _evidence(target: Target, names: Iterable[str], answers: Answers, credentials: Credentials) -> Evidence:
    return Evidence(
        device=replace(target.device, proxy=without_userinfo(target.device.proxy)),
        collected_at=stamp(),
        probes={name: redacted(answers[name], credentials.mask) for name in names if name in answers},
    )


async def _collect(target: Target, specs: Sequence[ProbeSpec], ask: Ask, answers: Answers) -> None:
    secrets = await asyncio.to_thread(_resolve, target, ask.credentials)
    clish = [spec for spec in specs if spec.where is Where.CLISH]
    session = await open_session(target, secrets, ask.limits, clish, ask.shared, own_commands=ask.own_commands)
    try:
        shell = [spec for spec in specs if spec.where is Where.SHELL]
        await session.collect(shell, answers)
        answers.update(session.clish)
        if ask.further is not None:
            await _ask_further(target, session, ask.further, answers, ask.credentials)
    except BaseException:
        # What the CLI said is kept only beside an answer of the shell's: without one the device as a whole failed.
        if answers:
            answers.update(session.clish)
        await session.close()
        raise
    if ask.keep is None:
        await session.close()
    else:
        ask.keep[target.device.name] = session


def _told(trouble: SseError) -> str:
    """What a finding says of it: without the device, which it is a finding about; a file or an option is named."""
    return str(trouble) if isinstance(trouble, InputError) else trouble.reason


async def _ask_further(
    target: Target, session: Session, further: AskFurther, answers: Answers, credentials: Credentials
) -> None:
    """Lets tests run their commands while the session is open. What they meet is theirs: the session goes on."""
    loop = asyncio.get_running_loop()

    def run(command: str) -> ProbeResult:
        try:
            return asyncio.run_coroutine_threadsafe(run_live(session, command, credentials), loop).result()
        except DeviceError as error:
            raise Unavailable(redacted_text(credentials.mask(error.reason))) from None

    def ask() -> Mapping[str, ProbeResult | NotObtained]:
        return further(_evidence(target, answers, answers, credentials), run)

    answers.update(await asyncio.to_thread(ask))


async def run_live(
    session: Session, command: str, credentials: Credentials, seconds: int = COMMAND_SECONDS
) -> ProbeResult:
    """Runs a command that was not planned, and masks the secrets in its answer as collecting does.

    Raises:
        DeviceError: the session ended before the command did, or it took too long; the session is closed then.
        Unavailable: the run does not allow it; nothing was sent.
    """
    try:
        async with asyncio.timeout(seconds + _GRACE):
            answer = await _off_the_loop(partial(redacted, await session.run(command, seconds), credentials.mask))
    except TimeoutError:
        await session.close()
        raise StepTimeoutError("", f"no result of a live command within {seconds} s") from None
    assert isinstance(answer, ProbeResult)
    return answer


def _resolve(target: Target, credentials: Credentials) -> Secrets:
    def secret(ref: CredentialRef | None) -> Secret | None:
        return credentials.resolve(ref, target.device.name) if ref else None

    access = target.access
    return Secrets(
        login=secret(access.password),
        sudo=secret(access.sudo_password),
        jump=tuple(secret(hop.password) for hop in access.jump),
        proxy=secret(access.proxy_password),
    )
