"""A fleet to measure against: one real OpenSSH server, every address 127.7.x.y a device of its own.

The devices share one file system, in the mount namespace of the benchmark: the connector's files and the programs that
a probe runs are laid over this machine's (:func:`lay`), and answer with what ``fixtures/evidence`` recorded.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = 2222

#: Where a device may keep its programs.
_PLACES = ("/usr/local/sf/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")

#: A program in place of the device's: for each call its recorded answer.
_STAND_IN = """\
#!/bin/sh
case "$*" in
{answers}
esac
echo "no answer was recorded to: $*" >&2
exit 99
"""

_SSHD = """\
ListenAddress 0.0.0.0:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
MaxStartups 4000:30:5000
MaxSessions 10
PrintMotd no
PrintLastLog no
LogLevel ERROR
SetEnv PATH={path}
"""

_CLIENT = """\
Host *
  Port {port}
  User root
  IdentityFile {folder}/user
  IdentitiesOnly yes
  IdentityAgent none
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  GlobalKnownHostsFile /dev/null
  LogLevel ERROR
  ControlPath {folder}/master-%C
"""


def addresses(count: int) -> list[str]:
    """Loopback addresses, one a device."""
    return [f"127.7.{number // 250}.{number % 250 + 1}" for number in range(count)]


@contextmanager
def fleet(folder: Path) -> Iterator[Path]:
    """The server, up; gives the folder with keys, ``ssh_config`` and ``known_hosts``."""
    Path("/run/sshd").mkdir(exist_ok=True)
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)], check=True)
    (folder / "sshd_config").write_text(_SSHD.format(port=PORT, folder=folder, path=":".join(_PLACES)))
    (folder / "ssh_config").write_text(_CLIENT.format(port=PORT, folder=folder))
    kind, key = (folder / "host.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text(f"* {kind} {key}\n")
    with subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", str(folder / "sshd_config")]) as server:
        try:
            _wait()
            yield folder
        finally:
            server.terminate()


def inventory(folder: Path, count: int, port: int = PORT) -> Path:
    """An inventory of so many of the fleet's devices."""
    lines = ["defaults:", f"  port: {port}", "  user: root", "  login: exec", "  platform: fmc", "  region: us"]
    lines += [f"  key_file: {folder}/user", f"  known_hosts: {folder}/known_hosts", "devices:"]
    lines += [f"  - {{name: fw-{number:05}, address: {address}}}" for number, address in enumerate(addresses(count))]
    path = folder / f"fleet-{count}-{port}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def recorded() -> dict[str, dict[str, object]]:
    """The probes of a healthy FMC that gives a shell at once, as ``fixtures/evidence`` holds them."""
    probes = json.loads((ROOT / "fixtures" / "evidence" / "fmc-shell.json").read_text("utf-8"))["probes"]
    return {name: probe for name, probe in probes.items() if "command" in probe}


def commands() -> list[str]:
    """The commands of those probes: what every peer runs on each device."""
    return [str(probe["command"]) for probe in recorded().values()]


def lay(folder: Path) -> None:
    """Lays the device's files and programs over this mount namespace's, and nothing over what a shell reads first.

    sshd has bash read its user's ``.bashrc``: what this machine's root has there is no part of a device.
    """
    for file in (Path.home() / ".bashrc", Path("/etc/bash.bashrc")):
        if file.exists():
            subprocess.run(["mount", "--bind", "/dev/null", str(file)], check=True)
    _overlay("/etc/sf", "/etc/ssl", "/var/log", "/usr/local", folder=folder)
    calls: dict[str, list[Call]] = defaultdict(list)
    for name, probe in recorded().items():
        words = shlex.split(str(probe["command"]))
        if words[0] in ("cat", "tail"):
            _put_file(Path(words[-1]), probe, folder)
        else:
            for call in calls_of(name, probe):
                calls[call.program].append(call)
    for program, own in calls.items():
        _put_in_place(program, own, folder)


def _put_file(file: Path, probe: Mapping[str, object], folder: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file == Path("/etc/resolv.conf"):
        source = folder / "resolv.conf"
        source.write_text(str(probe["stdout"]))
        subprocess.run(["mount", "--bind", str(source), "/etc/resolv.conf"], check=True)
    elif probe["exit_status"] == 0:
        file.write_text(str(probe["stdout"]))


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a program on a device, and what it gives."""

    program: str
    words: str
    stdout: str
    stderr: str = ""
    status: int = 0


def calls_of(name: str, probe: Mapping[str, object]) -> Iterator[Call]:
    """The calls that a probe makes of programs whose answers are recorded, the shell around them taken off."""
    command, said = str(probe["command"]), str(probe["stdout"])
    kind, _, host = name.partition(":")
    if kind == "dns-servers":
        for server, status, answer in re.findall(
            r"^== (\S+) (\d+)\n(.*?)(?=^== |^end$)", said, re.MULTILINE | re.DOTALL
        ):
            yield Call("nslookup", f"-timeout=2 {host} {server}", answer, status=int(status))
    elif kind == "addresses":
        found = re.search(r"\$\((curl .*?)\); printf", command)
        assert found
        for address, status, told in re.findall(r"^(\S+) (\d+) (.*)$", said, re.MULTILINE):
            words = " ".join(shlex.split(found[1].replace('"$a"', address))[1:])
            yield Call("curl", words, told, status=int(status))
    elif kind in ("processes", "tcp-sessions"):
        yield Call("ps", "-eo pid,stat,comm", said) if kind == "processes" else Call("ss", "-tnoi", said)
    elif kind == "chain":
        yield Call("openssl", " ".join(shlex.split(command.partition(" </dev/null")[0])[1:]), said)
    elif kind not in ("date", "tcp"):
        program, _, words = " ".join(shlex.split(command)).partition(" ")
        yield Call(program, words, said, str(probe["stderr"]), int(str(probe["exit_status"])))


def _overlay(*places: str, folder: Path) -> None:
    for place in places:
        upper, work = folder / "over" / place[1:], folder / "work" / place[1:]
        for path in (upper, work, Path(place)):
            path.mkdir(parents=True, exist_ok=True)
        kept = folder / "kept" / place[1:]
        shutil.copytree(place, kept, symlinks=True, ignore_dangling_symlinks=True, ignore=_large)
        subprocess.run(["mount", "--bind", str(kept), place], check=True)


def _large(place: str, names: Sequence[str]) -> set[str]:
    """What no probe needs of a folder that is copied."""
    return set(names) - {"certs"} if place in ("/usr/local", "/var/log") else set()


def _put_in_place(program: str, calls: Sequence[Call], folder: Path) -> None:
    answers = []
    for number, call in enumerate(calls):
        said = folder / "answers" / program / str(number)
        said.parent.mkdir(parents=True, exist_ok=True)
        said.write_text(call.stdout)
        errors = f"printf %s {shlex.quote(call.stderr)} >&2; " if call.stderr else ""
        answers.append(f"{shlex.quote(call.words)}) {errors}cat {said}; exit {call.status};;")
    stand_in = folder / program
    stand_in.write_text(_STAND_IN.format(answers="\n".join(answers)))
    stand_in.chmod(0o755)
    places = [Path(place, program) for place in _PLACES if Path(place, program).exists()]
    for place in {path.resolve() for path in places}:
        subprocess.run(["mount", "--bind", str(stand_in), str(place)], check=True)
    if not places:
        target = Path("/usr/local/sf/bin", program)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(stand_in, target)


def _wait() -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.7.0.1", PORT), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit("sshd did not start")
