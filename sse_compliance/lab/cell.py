"""The cell: a real shell that sees nothing of the host but its plain text tools, and nothing of any network.

A cell is a user, process, network, IPC, host name and mount namespace of its own (util-linux ``unshare``; no root
needed), whose root is the emulated device's disk. ``/usr`` there is the toolbox, read-only: copies of the few tools
that a device's script needs, the libraries they load, and the stand-ins. ``/dev`` holds the real ``null`` and
``tty``. Whoever runs the lab is uid 0 in it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from sse_compliance.errors import SseError
from sse_compliance.lab.console import Console

_STANDINS = Path(__file__).parent / "standins"

#: Where the host's tools are taken from.
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#: What the batch script and its probes need, and what a person looks at files with.
TOOLS = (
    *("sh", "base64", "cat", "cut", "date", "env", "grep", "head", "id", "ls", "od", "sed", "sha256sum", "sleep"),
    *("sort", "stty", "tail", "timeout", "tr", "uname", "wc"),
)
#: Taken along where the host has it: the login shell of a real device.
_OPTIONAL_TOOLS = ("bash",)

#: PATH of the device's root, and of its ordinary user: stand-ins first.
ROOT_PATH = "/ngfw/usr/local/sf/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
ADMIN_PATH = f"/usr/libexec/lab/admin:{ROOT_PATH}"

#: Runs as root of the new namespaces, with the host's tools: makes the device's disk complete and goes there. The shell
#: is its child, because process 1 of a namespace ignores signals that it does not catch.
_ENTER = """
toolbox=$1 disk=$2 home=$3
shift 3
mount --bind "$toolbox" "$disk/usr" && mount -o remount,bind,ro "$disk/usr" &&
    mount --bind /dev/null "$disk/dev/null" && mount --bind /dev/tty "$disk/dev/tty" || exit 126
cd / && chroot "$disk" /bin/sh -c 'cd "$0" && PATH=$LAB_PATH && unset LAB_PATH && exec "$@"' "$home" "$@"
exit $?
"""

#: What makes a cell.
_PROGRAMS = ("unshare", "setpriv", "setsid", "mount", "chroot")

_UNSHARE = (
    *("unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--ipc", "--uts"),
    *("--fork", "--kill-child"),
)

_HOW_TO_ALLOW = """\
The lab keeps its emulated devices in Linux namespaces of the ordinary user, and this system refuses them:
  {reason}
What helps:
  - in a container: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined
    (and --cap-add SYS_ADMIN where that is not enough), or run the lab on the host or in a virtual machine;
  - on Ubuntu 24.04 and later, as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
  - on older Debian, as root: sysctl -w kernel.unprivileged_userns_clone=1
  - with user.max_user_namespaces at 0, as root: sysctl -w user.max_user_namespaces=15000"""


class NoCellError(SseError):
    """The system does not let the lab make cells; the text says why and what to do.

    Args:
        reason: what is missing, in one line.
        advice: text around ``{reason}`` that says what helps.
    """

    def __init__(self, reason: str, advice: str = "{reason}") -> None:
        #: What is missing, in one line.
        self.lacking = " ".join(reason.split())
        super().__init__(advice.format(reason=reason))


class Toolbox:
    """The read-only ``/usr`` of every cell of a lab."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def fill(self) -> None:
        """Copy tools, libraries and stand-ins.

        Raises:
            NoCellError: this is no Linux, or a tool is missing.
        """
        if sys.platform != "linux":
            raise NoCellError("the lab needs Linux: its emulated devices live in Linux namespaces")
        _check_programs("ldd", *_PROGRAMS)
        binaries = self.directory / "bin"
        binaries.mkdir(parents=True)
        libraries: set[Path] = set()
        for name in (*TOOLS, *_OPTIONAL_TOOLS):
            found = shutil.which(name, path=_SYSTEM_PATH)
            if found is None:
                if name in _OPTIONAL_TOOLS:
                    continue
                raise NoCellError(f"the lab needs the program {name!r} of this system, which is not in {_SYSTEM_PATH}")
            shutil.copy(found, binaries / name)
            libraries |= _libraries(found)
        for library in libraries:
            # /lib and /lib64 are links into /usr in a cell, as on any recent system.
            place = self.directory / library.relative_to("/usr" if library.is_relative_to("/usr") else "/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, place)
        shutil.copytree(_STANDINS / "root", self.directory / "local" / "bin")
        shutil.copytree(_STANDINS / "admin", self.directory / "libexec" / "lab" / "admin")
        shutil.copy(_STANDINS / "shell", self.directory / "libexec" / "lab" / "shell")
        for standin in (*self.directory.glob("local/bin/*"), *self.directory.glob("libexec/lab/**/*")):
            # An installed package does not keep this bit.
            standin.chmod(0o755)


def _libraries(program: str) -> set[Path]:
    listing = subprocess.run(["ldd", program], capture_output=True, text=True, env={"PATH": _SYSTEM_PATH})
    return {Path(match) for match in re.findall(r"(?:^\s*|=> )(/\S+) \(0x", listing.stdout, re.MULTILINE)}


def make_disk(disk: Path, directories: tuple[str, ...]) -> None:
    """Lay out an empty device disk: the mount points of a cell, the usual links, and further directories."""
    for name in ("usr", "dev", "etc", "tmp", "root", "home/admin", "lab", *directories):
        (disk / name).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        if not (disk / name).is_symlink():
            (disk / name).symlink_to(f"usr/{name}")
    for name in ("null", "tty"):
        (disk / "dev" / name).touch()


class Cell:
    """A program that runs in a cell until it ends or is killed; whatever it started is killed with it."""

    def __init__(
        self, toolbox: Toolbox, disk: Path, argv: tuple[str, ...], console: Console, *, home: str, term: str
    ) -> None:
        terminal = ("setsid", "--ctty") if console.is_terminal else ()
        # When this thread ends, the kernel kills unshare, and with it everything in the cell.
        guarded = ("setpriv", "--pdeathsig", "KILL", *_UNSHARE)
        enter = ("/bin/sh", "-c", _ENTER, "cell", str(toolbox.directory), str(disk), home)
        environment = {"PATH": _SYSTEM_PATH, "LAB_PATH": ADMIN_PATH, "HOME": home, "TERM": term, "USER": "admin"}
        self._process = subprocess.Popen(
            [*terminal, *guarded, *enter, *argv],
            stdin=console.input,
            stdout=console.output,
            stderr=console.error,
            env=environment,
            cwd="/",
        )

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        status = self._process.wait()
        return 128 - status if status < 0 else status

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


def check(toolbox: Toolbox, disk: Path) -> None:
    """Try a cell once, so that a system that refuses them is found out before anybody logs in.

    Raises:
        NoCellError: with what to do.
    """
    reading, writing = os.pipe()
    null = os.open(os.devnull, os.O_RDWR)
    try:
        cell = Cell(
            toolbox, disk, ("/bin/sh", "-c", "/usr/bin/id -u"), Console(null, writing, writing), home="/", term="dumb"
        )
        status = cell.wait()
        os.close(writing)
        said = os.read(reading, 4096).decode(errors="replace").strip()
    finally:
        os.close(reading)
        os.close(null)
    if status != 0 or said != "0":
        raise NoCellError(said or f"unshare ended with {status}", _HOW_TO_ALLOW)


def _check_programs(*programs: str) -> None:
    missing = [name for name in programs if shutil.which(name, path=_SYSTEM_PATH) is None]
    if missing:
        raise NoCellError(f"the lab needs {', '.join(missing)} (packages util-linux, coreutils and libc-bin)")
