"""The one script that a device runs, and the reading of what it prints. No I/O here.

The probes lie in *lanes* that run side by side. A lane's output goes through one pipe, bounded, as base64, and comes
out as short self-contained lines, so that lanes may interleave freely on one terminal::

    MARKER LANE BASE64
    MARKER LANE . COUNT         the lane is complete, in COUNT lines
    MARKER end                  the script is

Decoded, a lane is a row of records, one for each probe::

    MARKER NUMBER FILE UPTIME   which probe, which of its files matched, when it began
    (stdout)
    MARKER STATUS               its exit status
    (stderr)
    MARKER UPTIME               when it ended

The marker is random, so that nothing a device prints can pass for a frame. Nothing is written to the device's disk: no
temporary file, no here-document (a shell keeps one in a file), no history.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from shlex import quote

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.inventory.credentials import Secret

#: How many lanes run side by side. Each costs a device an encoder, and most of the processes that there are at once.
LANES = 20

#: How much of a probe's stdout and stderr is kept, in bytes.
STDOUT_BYTES = 1 << 20
STDERR_BYTES = 1 << 16

#: How much of a lane is read: one probe's output and its frame.
LANE_BYTES = STDOUT_BYTES + STDERR_BYTES + 4096

#: The exit status of ``timeout`` where the time was up.
TIMED_OUT = 124

#: Programs that are started directly where their arguments are plain; anything else runs under a shell of its own.
_PROGRAMS = frozenset({"bash", "cat", "curl", "date", "lsof", "netstat", "nslookup", "ping", "pmtool", "tail"})

#: Programs that read a local file or clock and return at once. They share one lane, one after the other: on a firewall,
#: and over a fleet, starting ``timeout``, ``head`` and ``base64`` for each would cost more than what they do.
_INSTANT = frozenset({"cat", "date", "tail"})

#: A probe and its number in the frames.
_Numbered = tuple[int, ProbeSpec]

_PLAIN_WORDS = re.compile(r"[\w@%+,./:={}-]+(?: (?:[\w@%+,./:={}-]+|'[^']*'))*")

#: Where programs are looked for, and nowhere else: what a login's files put into PATH, functions or aliases changes
#: nothing. Firepower's own folders first, then the system's; only root writes to them.
PATH = "/ngfw/usr/local/sf/bin:/usr/local/sf/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#: The agent's shell has an empty environment. A proxy or a CA bundle is no part of the documented calls, and curl would
#: write a file for SSLKEYLOGFILE, so these are taken out of any other shell as well.
_ENVIRONMENT = f"""\
export LC_ALL=C PATH={PATH}
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE HISTFILE
"""

#: ``now``: run times come from the kernel's uptime, since starting ``date`` twice a probe would double its cost.
#: ``pick``: the first file that exists, else the first candidate, so that the tool itself says that it is missing.
_COMMON = """\
now() { read -r t _ </proc/uptime || t=-; } 2>/dev/null
pick() { f=$1 k=0 i=0; for x; do [ -e "$x" ] && { f=$x k=$i; return; }; i=$((i + 1)); done; }
"""

#: ``probe NUMBER SECONDS WORD…``: stdout goes down the lane as it comes; stderr is held back, bounded, until the end.
_PROBE = f"""\
probe() {{
n=$1 s=$2; shift 2; now; printf '%s %s %s %s\\n' "$M" "$n" "$k" "$t"
e=$({{ timeout -k 2 "$s" "$@" 2>&1 >&4 4>&-; printf '\\n%s %s\\n' "$M" "$?" >&4; }} |
head -c {STDERR_BYTES + 1}; echo .)
now; printf '%s\\n%s %s\\n' "${{e%.}}" "$M" "$t"
}}
"""

#: ``send LANE``: one ``printf`` a line, and a line is shorter than PIPE_BUF, so that it is never torn.
_SEND = f"""\
send() {{
c=0; for l in $(head -c {LANE_BYTES} | base64 $W); do c=$((c + 1)); printf '%s %s %s\\n' "$M" "$1" "$l"; done
printf '%s %s . %s\\n' "$M" "$1" "$c"
}}
W=-w3000; base64 $W </dev/null >/dev/null 2>&1 || W=
"""

#: For a device that has no ``timeout``; called like the real one. It ends the program, not what that has started.
_FALLBACK = f"""\
command -v timeout >/dev/null || timeout() {{
s=$3; shift 3; "$@" & p=$!; (sleep "$s"; kill "$p") >/dev/null 2>&1 4>&- & w=$!
wait "$p"; r=$?; kill "$w" 2>/dev/null; [ "$r" = 143 ] && r={TIMED_OUT}; return "$r"
}}
"""

#: ``quick NUMBER WORD…``: a probe of the shared lane, which is under one time limit as a whole.
_QUICK = """\
quick() {
n=$1; shift; now; printf '%s %s %s %s\\n' "$M" "$n" "$k" "$t"
e=$("$@" 2>&1 >&4; r=$?; echo ".$r"); r=${e##*.}; now; printf '\\n%s %s\\n%s\\n%s %s\\n' "$M" "$r" "${e%.*}" "$M" "$t"
}
"""


def proxy_login_line(user: str, password: str) -> str:
    """curl's line of configuration on a proxy's user and password."""
    text = f"{user}:{password}".replace("\\", "\\\\").replace('"', '\\"')
    return f'proxy-user = "{text}"'


def build(specs: Sequence[ProbeSpec], marker: str, proxy_login: Secret | None = None) -> str:
    """The script that runs the probes, for any POSIX sh.

    The probes are spread so that the time limits of a lane add up to as little as can be. A probe's ``then`` is not
    run: whether it is needed is known when the first is back.

    Args:
        specs: shell probes; their position is their number in the frames.
        marker: a word that no output can guess.
        proxy_login: what :func:`proxy_login_line` gives. It is a variable of the script's own shell, which is handed to
            curl through a pipe by a built-in: it stands in no argument, no environment and no file.
    """
    instant, lanes = _calls(tuple(specs))
    login = f"P={quote(proxy_login.reveal())}\n" if proxy_login else "P=\n"
    parts = [f"M={marker}\n", login, _ENVIRONMENT, _COMMON, _PROBE, _SEND, _FALLBACK]
    if instant:
        parts.append(_instant_lane(*instant, marker, len(lanes)))
    parts += [f"{{\n{lane}}} 4>&1 | send {number} &\n" for number, lane in enumerate(lanes)]
    parts.append("wait\nprintf '%s end\\n' \"$M\"\n")
    return "".join(parts)


@lru_cache(maxsize=64)
def _calls(specs: tuple[ProbeSpec, ...]) -> tuple[tuple[str, int] | None, tuple[str, ...]]:
    """The calls of the shared lane and its time limit, and those of each lane: alike on all devices of a kind."""
    numbered = list(enumerate(specs))
    instant = [item for item in numbered if _program(item[1]) in _INSTANT]
    lanes = _spread([item for item in numbered if item not in instant])
    calls = "".join(f"{_pick(spec)}quick {number} {_words(spec)}\n" for number, spec in instant)
    # One that hangs has its own limit; the others take no time, but each gets a second for a device that is busy.
    seconds = max((spec.seconds for _, spec in instant), default=0) + len(instant) - 1
    return (calls, seconds) if instant else None, tuple("".join(_probe_call(*item) for item in lane) for lane in lanes)


def _spread(items: Sequence[_Numbered]) -> list[list[_Numbered]]:
    """The lanes: the slowest first, each to the lane that has the least to wait for."""
    lanes: list[list[_Numbered]] = [[] for _ in range(min(LANES, len(items)))]
    # Of those with the same limit, hosts first: where one is blocked, all of its time is used.
    for item in sorted(items, key=lambda item: (-item[1].seconds, ":" not in item[1].name)):
        min(lanes, key=lambda lane: sum(spec.seconds for _, spec in lane)).append(item)
    return lanes


def _program(spec: ProbeSpec) -> str | None:
    """The program of a command that is nothing but plain words, so that no shell is needed to run it."""
    program = spec.command.split(" ", 1)[0]
    return program if program in _PROGRAMS and _PLAIN_WORDS.fullmatch(spec.command) else None


def _words(spec: ProbeSpec) -> str:
    """The command as shell words, with the file that ``pick`` found."""
    command = spec.command.replace("{file}", '"$f"') if spec.files else spec.command
    return command if _program(spec) else f"sh -c {quote(command)}"


def _pick(spec: ProbeSpec) -> str:
    return f"pick {' '.join(map(quote, spec.files))}; export f\n" if spec.files else "k=0\n"


def _probe_call(number: int, spec: ProbeSpec) -> str:
    login = "printf '%s\\n' \"$P\" | " if spec.proxy_login else ""
    return f"{_pick(spec)}{login}probe {number} {spec.seconds} {_words(spec)}\n"


def _instant_lane(calls: str, seconds: int, marker: str, lane: int) -> str:
    text = f"M={marker}\nexec 4>&1\n{_COMMON}{_QUICK}{calls}"
    return f"timeout -k 2 {seconds} sh -c {quote(text)} | send {lane} &\n"
