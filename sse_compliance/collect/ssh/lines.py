"""Every line that is ever typed on a device. The commands of the probes are in ``catalogue/probes.py``.

Only this module makes a :class:`Typed`, and a terminal takes nothing else: mypy holds the second, a test the first.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import NewType

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect.ssh.script.build import PATH, build
from sse_compliance.inventory.credentials import Secret

#: What may be typed on a device.
Typed = NewType("Typed", str)

ENTER = Typed("\n")
#: Leaves the CLI for the Linux shell.
EXPERT = Typed("expert\n")
#: As every shell answers it and no CLI does.
WHO = Typed("id -u\n")
#: The next page of a pager's.
NEXT_PAGE = Typed(" ")
#: Ctrl-C, then Ctrl-U wipes what stands behind the prompt, and Enter gives a fresh one.
INTERRUPT = Typed("\x03\x15\n")
WIPE = Typed("\x15\n")
#: To the agent: somebody is there. A script of no length.
BEAT = Typed("0\n")

#: From the agent back to the supervisor, so that the next one at the console finds no shell of ours: an empty line ends
#: the agent, then the shell and the CLI are left, then the console (Cisco's configuration guides: `~`, `quit`).
CONSOLE_WAY_OUT = (ENTER, Typed("exit\n"), Typed("exit\n"), Typed("~"), Typed("quit\n"))

#: The prompt that sudo is told to give; the password goes to this line and to no other text.
SUDO_PROMPT = "Password: "

#: Without its history file: nothing that we type is left on the device. The prompt is set by the variable, as
#: `sudo su -` is what administrators are allowed to run, word for word.
BECOME_ROOT = Typed(f"unset HISTFILE; SUDO_PROMPT={quote(SUDO_PROMPT)} sudo su -\n")

#: Length of a line of the encoded script; a terminal in canonical mode cuts lines at 4,096 bytes.
_LINE = 1000

#: How often the runner says that it is still there, and how long the agent waits for it, in seconds.
BEAT_SECONDS = 15
_ALONE_SECONDS = 45
#: How long the agent is busy with one script at most, in seconds: nearly as long as a device may take as a whole. A
#: script that is still on its way, or that writes to where nobody reads, does not end by itself.
BUSY_SECONDS = 75

#: Logs off, where nobody is at the other end any more: ends the login's own sshd, found as the parent of the processes
#: on our terminal. Without a terminal, or where another program is the parent, nothing is ended but the agent.
_LOG_OFF = (
    "bye() { p=$$ t=; while [ $p -gt 1 ]; do read -r c </proc/$p/comm; read -r s </proc/$p/stat; "
    "set -- ${s##*) }; case $c in sshd*) kill $p; return;; esac; "
    "[ ${t:=$5} = $5 ] || [ $c = sudo ] || return; [ $5 != 0 ] || return; t=$5 p=$2; done; }; "
)


#: Logs off after a time, unless it is ended before; then whatever is left of the script goes as well.
_GUARD = "guard() { trap 'kill $s; exit' TERM; sleep $1 & s=$!; wait $s; bye; kill -TERM -$$; kill $$; } 2>/dev/null; "


def agent(marker: str, alone: int = _ALONE_SECONDS, busy: int = BUSY_SECONDS) -> str:
    """The loop that stands in for a prompt, as one line of shell: it says who it is (its first argument), then reads a
    length and that many bytes of base64, and runs what they hold. The marker is put together by the loop, so that an
    echo of this line does not pass for its answer. It ends at an empty line, where nobody speaks to it for long, and
    where a script does not end."""
    half = len(marker) // 2
    return (
        f"printf '\\n%s%s %s\\n' {marker[:half]} {marker[half:]} \"$1\"; {_LOG_OFF}{_GUARD}"
        f'w=; timeout --foreground 9 true 2>/dev/null && w="timeout --foreground {alone}"; '
        'while n=$($w sh -c \'IFS= read -r n && echo "$n"\'); r=$?; [ $r = 0 ] && [ "$n" ]; do '
        '[ "$n" != 0 ] || continue; '
        f"guard {busy} </dev/null >/dev/null 2>&1 & g=$!; "
        'x=$(head -c "$n" | base64 -d); (eval "$x") </dev/null; kill $g; done; [ $r != 124 ] || bye'
    )


def busy_seconds(device_seconds: float) -> int:
    """How long the agent of a device that may take so long as a whole is busy with one script at most."""
    return max(BUSY_SECONDS, round(device_seconds) - 15)


def _start(marker: str, busy: int = BUSY_SECONDS) -> str:
    """The command that takes the shell's place by the agent: an empty environment, low priority, and the user's id as
    the shell that we came to tells it."""
    return (
        "n=; command -v nice >/dev/null && n='nice -n 10'; "
        f'exec /usr/bin/env -i LC_ALL=C PATH={PATH} $n /bin/sh -c {quote(agent(marker, busy=busy))} sh "$(\\id -u)"'
    )


def start_agent(marker: str, busy: int = BUSY_SECONDS) -> Typed:
    """In root's shell: the agent takes the prompt's place."""
    return Typed(f"unset HISTFILE; stty -echo; {_start(marker, busy)}\n")


def exec_command(marker: str, busy: int = BUSY_SECONDS) -> Typed:
    """The command of an exec request that gives the agent without a terminal; ``sudo`` only where it is needed."""
    run = f"sh -c {quote(_start(marker, busy))}"
    return Typed(f'if [ "$(id -u)" = 0 ]; then exec {run}; else exec sudo -S -p {quote(SUDO_PROMPT)} {run}; fi')


def password_line(password: Secret) -> Typed:
    """The answer to sudo's prompt."""
    return Typed(password.reveal() + "\n")


def connect_ftd(instance: str | None) -> Typed:
    """From a chassis or a module to the FTD."""
    return Typed("connect ftd" + (f" {instance}" if instance else "") + "\n")


def connect_module(module: int) -> Typed:
    """From the supervisor of a 4100 or 9300 to the module that the FTD runs on."""
    return Typed(f"connect module {module} console\n")


def cli_command(spec: ProbeSpec) -> Typed:
    """A probe of the CLI's."""
    return Typed(spec.command + "\n")


def script(specs: Sequence[ProbeSpec], marker: str, proxy_login: Secret | None = None) -> Typed:
    """The probes as the agent reads them: the length of what follows, and base64 in short lines."""
    text = b64encode(build(specs, marker, proxy_login).encode()).decode()
    lines = "".join(text[at : at + _LINE] + "\n" for at in range(0, len(text), _LINE))
    return Typed(f"{len(lines)}\n{lines}")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what is typed, to whom, and what for."""

    typed: str
    to: str
    why: str


#: The table of what is typed, in the order of a session.
TABLE = (
    Row(ENTER, "any prompt", "a prompt is believed where it comes back alone after Enter"),
    Row(connect_module(1), "the supervisor of a 4100 or 9300", "the way to the module (`module` of the inventory)"),
    Row(connect_ftd("INSTANCE"), "a chassis or a module", "the way to the FTD (`instance` of the inventory, if given)"),
    Row(NEXT_PAGE, "a pager of the CLI", "the next page of an answer"),
    Row(INTERRUPT, "the CLI", "ends a command that gave no prompt in time: Ctrl-C, Ctrl-U, Enter"),
    Row(WIPE, "the CLI", "wipes a refused command that stands behind the prompt: Ctrl-U, Enter"),
    Row(EXPERT, "the CLI", "gives the Linux shell"),
    Row(WHO, "what should be a shell", "proves that it is a shell, and whose; harmless anywhere else"),
    Row(BECOME_ROOT, "an ordinary user's shell", "as an ordinary user `lsof` and `netstat` look healthy and empty"),
    Row("(the password)", "sudo's prompt", "sent once; to nothing but the prompt that sudo was told to give"),
    Row("(the agent)", "root's shell", "a loop that runs the script of probes; see below"),
    Row("(the agent)", "an exec request (`login: exec`)", "the same without a terminal; see below"),
    Row("(the script)", "the agent", "the probes below, encoded, each with a time limit and bounded output"),
    Row(BEAT, "the agent", "every 15 s: the runner is still there; without it the agent ends"),
    *(Row(line, "the console that was gone through", "leaves it as it was found") for line in CONSOLE_WAY_OUT[1:]),
)
