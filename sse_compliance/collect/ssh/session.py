"""One SSH session with one device: one TCP connection, one channel, however many probes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from secrets import token_hex

import asyncssh

from sse_compliance.catalogue.probes import ProbeSpec, is_of_the_table
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh.clish import enter_shell, run_clish
from sse_compliance.collect.ssh.connection import Secrets, connect, place_of
from sse_compliance.collect.ssh.errors import NotInTheTableError, SessionLostError, StepTimeoutError, not_allowed
from sse_compliance.collect.ssh.lines import BEAT, BEAT_SECONDS, busy_seconds, exec_command, script
from sse_compliance.collect.ssh.login import log_in
from sse_compliance.collect.ssh.prompt import Peer
from sse_compliance.collect.ssh.root import become_root, prove_root
from sse_compliance.collect.ssh.script.build import proxy_login_line
from sse_compliance.collect.ssh.script.frames import FrameReader
from sse_compliance.collect.ssh.shared_login import Shared
from sse_compliance.collect.ssh.terminal import Terminal
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Device, Target

#: Wide, so that no line is wrapped, and tall, so that nothing is paged.
TERMINAL_SIZE = (512, 1000)

_NO_CLI = NotObtained("the login gives a Linux shell, not the CLI")

#: Between the keys that leave a console, in seconds.
_KEY_SECONDS = 0.3

Answers = dict[str, ProbeResult | NotObtained]


class Session:
    """A device at its root shell; what :func:`open_session` gives."""

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        terminal: Terminal,
        clish: Answers,
        device: Device,
        *,
        own_commands: bool = False,
        proxy_login: Secret | None = None,
    ) -> None:
        self._device = device
        self._own_commands = own_commands
        self._proxy_login = proxy_login
        self._connection = connection
        self._terminal = terminal
        self._busy = asyncio.Lock()
        #: What the CLI probes gave on the way to the shell.
        self.clish = clish
        self._beats = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        """Tells the agent now and then that somebody is there: a script of no length."""
        with suppress(SessionLostError):
            while True:
                await asyncio.sleep(BEAT_SECONDS)
                self._terminal.press(BEAT)

    async def collect(self, specs: Sequence[ProbeSpec], answers: Answers | None = None) -> Answers:
        """Runs shell probes side by side in one script; then, in a second one, the ``then`` of those that need it.

        Args:
            specs: the probes.
            answers: filled as answers arrive, so that they are kept where the caller gives up on the rest.

        Raises:
            SessionLostError: the session ended before a probe was answered. Where it ends later, the missing probes
                are NotObtained.
            NotInTheTableError: a probe is not to the letter one of the table's; nothing was sent.
        """
        answers = {} if answers is None else answers
        _check(specs, self._device, self._terminal.place)
        async with self._busy:
            await self._run(specs, answers)
            further = []
            for spec in specs:
                if not spec.then:
                    continue
                first = answers[spec.name]
                if isinstance(first, NotObtained):
                    answers[spec.then.name] = first
                elif first.exit_status in spec.then_on_exits:
                    further.append(spec.then)
                else:
                    reason = f"not needed: {spec.name} ended with exit status {first.exit_status}"
                    answers[spec.then.name] = NotObtained(reason)
            if further:
                await self._run(further, answers)
        return answers

    async def run(self, command: str, seconds: int) -> ProbeResult:
        """Runs one shell command of a test's own: the only one that need not be in the table.

        Raises:
            Unavailable: the run does not allow it; nothing was sent.
            SessionLostError: the session ended before its result was in.
        """
        if not self._own_commands:
            raise not_allowed(command)
        answers: Answers = {}
        async with self._busy:
            await self._run([ProbeSpec("live", command, seconds=seconds)], answers)
        answer = answers["live"]
        if isinstance(answer, NotObtained):
            raise SessionLostError(self._terminal.place, f"no result of a live command: {answer.unavailable}")
        return answer

    async def close(self) -> None:
        """Ends the session. The device's shells end with it, and a console on the way is left as it was found."""
        self._beats.cancel()
        for keys in self._terminal.way_out:
            with suppress(SessionLostError):
                self._terminal.press(keys)
            await asyncio.sleep(_KEY_SECONDS)
        self._connection.close()
        with suppress(asyncssh.Error, OSError):
            async with asyncio.timeout(2):
                await self._connection.wait_closed()
        self._connection.abort()

    async def _run(self, specs: Sequence[ProbeSpec], answers: Answers) -> None:
        if not specs:
            return
        marker = token_hex(8)
        frames = FrameReader(specs, marker)
        self._terminal.send(script(specs, marker, self._proxy_login))
        async for data in self._terminal.stream():
            answers.update(frames.feed(data))
            if frames.ended:
                break
        found = frames.finish()
        if not frames.ended and not any(isinstance(answer, ProbeResult) for answer in found.values()):
            raise SessionLostError(self._terminal.place, "the session ended before a probe was answered")
        answers.update(found)


#: Steps, never what was said: that may hold a secret.
log = logging.getLogger("sse_compliance.collect")


def _check(specs: Sequence[ProbeSpec], device: Device, place: str) -> None:
    for spec in specs:
        if not is_of_the_table(device, spec):
            raise NotInTheTableError(place, f"`{spec.command}` is not in the table of commands")


def _proxy_login(target: Target, secrets: Secrets) -> Secret | None:
    """curl's line of configuration on the proxy's user and password; None where the proxy asks for none."""
    if secrets.proxy is None:
        return None
    return Secret(proxy_login_line(target.access.proxy_user or "", secrets.proxy.reveal()))


async def open_session(
    target: Target,
    secrets: Secrets,
    limits: Limits,
    clish: Sequence[ProbeSpec] = (),
    shared: Shared | None = None,
    *,
    own_commands: bool = False,
) -> Session:
    """Connects, logs in, runs the CLI probes and becomes root.

    With ``own_commands`` tests may run commands that the table of commands does not hold.

    Raises:
        DeviceError: one of its kinds; whatever was open is closed.
        InputError: the known_hosts or key file can't be read.
    """
    shared, access = shared or Shared(), target.access
    place, name = place_of(target), target.device.name
    _check(clish, target.device, place)
    log.debug("%s: connecting to %s", name, place)
    connection = await connect(target, secrets, limits, shared)
    log.debug("%s: logged in by SSH", name)
    root_password, busy = access.sudo_password or access.password, busy_seconds(limits.device)
    try:
        answers: Answers = {}
        sudo, proxy = secrets.sudo or secrets.login, _proxy_login(target, secrets)
        terminal = await _open_terminal(connection, target, secrets, limits, marker := token_hex(8))
        by_sudo = shared.passwords.tried(root_password and ("sudo", access.user, root_password), place)
        if access.login == "exec":
            async with by_sudo:
                await prove_root(terminal, marker, sudo, limits.login, by_exec=True, busy=busy)
            log.debug("%s: root by exec", name)
            answers = dict.fromkeys((spec.name for spec in clish), _NO_CLI)
            return Session(connection, terminal, answers, target.device, own_commands=own_commands, proxy_login=proxy)
        peer = await log_in(terminal, limits.login, access)
        log.debug("%s: the login gives %s", name, peer.name)
        if peer is Peer.CLISH:
            for spec in clish:
                answers[spec.name] = await run_clish(terminal, spec, limits.login)
                log.debug("%s: asked %s in the CLI", name, spec.name)
            peer = await enter_shell(terminal, limits.login)
        else:
            answers.update(dict.fromkeys((spec.name for spec in clish), _NO_CLI))
        async with by_sudo:
            await become_root(terminal, peer, sudo, limits.login, busy)
        log.debug("%s: a root shell is open", name)
        return Session(connection, terminal, answers, target.device, own_commands=own_commands, proxy_login=proxy)
    except BaseException:
        connection.abort()
        raise


async def _open_terminal(
    connection: asyncssh.SSHClientConnection, target: Target, secrets: Secrets, limits: Limits, marker: str
) -> Terminal:
    """The session's channel. What OpenSSH's configuration says of a remote command and environment is not for us."""
    place = place_of(target)
    by_exec = target.access.login == "exec"
    try:
        async with asyncio.timeout(limits.login):
            process: asyncssh.SSHClientProcess[bytes] = await connection.create_process(
                command=exec_command(marker, busy_seconds(limits.device)) if by_exec else None,
                request_pty=not by_exec,
                term_type=None if by_exec else "dumb",
                term_size=TERMINAL_SIZE,
                env=None,
                send_env=None,
                stderr=asyncssh.STDOUT,
                encoding=None,
            )
    except TimeoutError:
        raise StepTimeoutError(place, f"no channel within {limits.login:g} s after the login") from None
    except (OSError, asyncssh.Error) as error:
        raise SessionLostError(place, f"the device opened no channel: {error}") from None
    return Terminal(process.stdout, process.stdin, place, secrets.all)
