"""A fleet to measure against: one real OpenSSH server, every address 127.7.x.y a device of its own.

The devices share one file system, in the mount namespace of the benchmark: the connector's files and the programs that
a probe runs are laid over this machine's (:func:`lay`), and answer with what ``fixtures/evidence`` recorded.
"""

from __future__ import annotations

import json
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = 2222

#: Programs that answer with a recorded text, and where a device may keep them.
_PROGRAMS = ("curl", "nslookup", "lsof", "netstat", "ping", "pmtool", "openssl", "ss", "df")
_PLACES = ("/usr/local/sf/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")

#: Picks the answer by the words of the call: the folder of the first probe whose file ``words`` they contain.
_STAND_IN = """\
#!/bin/sh
for d in {folder}/*; do
    read -r w <"$d/words"
    case " $* " in *" $w "*|*" $w") cat "$d/stdout"; cat "$d/stderr" >&2; read -r s <"$d/status"; exit "$s";; esac
done
exit 1
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
    (folder / "sshd_config").write_text(_SSHD.format(port=PORT, folder=folder))
    (folder / "ssh_config").write_text(_CLIENT.format(port=PORT, folder=folder))
    kind, key = (folder / "host.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text(f"* {kind} {key}\n")
    with subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", str(folder / "sshd_config")]) as server:
        try:
            _wait()
            yield folder
        finally:
            server.terminate()


def inventory(folder: Path, count: int) -> Path:
    """An inventory of so many of the fleet's devices."""
    lines = ["defaults:", f"  port: {PORT}", "  user: root", "  login: exec", "  platform: fmc", "  region: us"]
    lines += [f"  key_file: {folder}/user", f"  known_hosts: {folder}/known_hosts", "devices:"]
    lines += [f"  - {{name: fw-{number:05}, address: {address}}}" for number, address in enumerate(addresses(count))]
    path = folder / f"fleet-{count}.yaml"
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
    """Lays the device's files and programs over this mount namespace's."""
    probes = recorded()
    _overlay("/etc/sf", "/etc/ssl", "/var/log", "/usr/local", folder=folder)
    for name, probe in probes.items():
        words = shlex.split(str(probe["command"]))
        if words[0] in ("cat", "tail"):
            file = Path(words[-1])
            file.parent.mkdir(parents=True, exist_ok=True)
            if file == Path("/etc/resolv.conf"):
                source = folder / "resolv.conf"
                source.write_text(str(probe["stdout"]))
                subprocess.run(["mount", "--bind", str(source), "/etc/resolv.conf"], check=True)
            elif probe["exit_status"] == 0:
                file.write_text(str(probe["stdout"]))
        elif words[0] in _PROGRAMS:
            own = folder / "answers" / words[0] / name.replace("/", "_")
            own.mkdir(parents=True)
            (own / "words").write_text(words[-1] + "\n")
            (own / "status").write_text(f"{probe['exit_status']}\n")
            for stream in ("stdout", "stderr"):
                (own / stream).write_text(str(probe[stream]))
    for program in _PROGRAMS:
        if (folder / "answers" / program).is_dir():
            _put_in_place(program, folder)


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


def _put_in_place(program: str, folder: Path) -> None:
    stand_in = folder / program
    stand_in.write_text(_STAND_IN.format(folder=folder / "answers" / program))
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
