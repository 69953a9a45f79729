"""The outer namespace: the whole lab, pytest included, runs inside one ``unshare``.

Nothing can leak out of it (its network has no way to the host's) and nothing stays behind (when its first process ends,
however it ends, the kernel ends the rest and drops mounts and networks).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

#: Set inside the outer namespace.
INSIDE = "SSE_LAB_INSIDE"
#: Why there is no outer namespace, for tests to skip with.
REFUSED = "SSE_LAB_REFUSED"
#: Set to 1 where a lab that can't be had is a failure (CI).
REQUIRED = "SSE_REQUIRE_E2E"

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGES = Path(__file__).resolve().parents[1] / "packages.txt"

#: Programs that the lab runs, with the directories that a user's PATH may lack.
TOOLS = (
    "nft",
    "ip",
    "tc",
    "sshd",
    "ssh",
    "lsof",
    "netstat",
    "nslookup",
    "curl",
    "sudo",
    "ping",
    "ps",
    "openssl",
    "nsenter",
)
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def unshare_command() -> list[str]:
    """The outer namespace's command: as root, or as a user who has a range in /etc/subuid."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user", "--map-auto"]
    namespaces = ["--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"]
    return ["unshare", *user, *namespaces]


def is_inside() -> bool:
    """Whether this process runs in the outer namespace."""
    return os.environ.get(INSIDE) == "1"


def is_first() -> bool:
    """Whether this process is the outer namespace's first: the one that makes it habitable and reaps orphans."""
    return os.getpid() == 1


def why_refused() -> str | None:
    """Why this machine can't hold the lab, None where it can. Inside the lab, None."""
    if is_inside():
        return None
    missing = [tool for tool in TOOLS if shutil.which(tool, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is None]
    if missing:
        return f"the real lab needs {', '.join(missing)}; its Debian packages are listed in tests/e2e/packages.txt"
    # A namespace that may be made but not used (a container without CAP_NET_ADMIN) shows in the second command.
    trial = [*unshare_command(), "sh", "-c", "mount -t tmpfs tmpfs /run && ip link set lo up && nft list ruleset"]
    done = subprocess.run(trial, capture_output=True, text=True, env={"PATH": SYSTEM_PATH}, timeout=30)
    if done.returncode != 0:
        first = (done.stderr.strip().splitlines() or ["no message"])[0]
        return f"this machine refuses the namespaces that the real lab needs ({first})"
    return None


def enter(arguments: Sequence[str]) -> int:
    """Run the lab's command line inside a new outer namespace, which ends with this process, however that ends.

    Returns:
        Its exit status; 143 where SIGTERM ended it.
    """
    environment = {**os.environ, INSIDE: "1", "PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"}
    # Settings of the caller's shell that would reach the devices' curl and Python by way of nsenter.
    for name in ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "PYTHONPATH", "PYTHONHOME"):
        environment.pop(name, None)
    inside = [sys.executable, "-m", "tests.e2e.lab", *arguments]
    # unshare ignores SIGTERM, so this process stays as its parent and takes it along; setpriv sees to SIGKILL.
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *unshare_command(), *inside], cwd=REPOSITORY, env=environment
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.kill())
    code = process.wait()
    return code if code >= 0 else 128 + signal.SIGTERM


def prepare() -> None:
    """Make the outer namespace habitable: a private /run in memory, loopback up, a resolver of the lab's own."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "tmpfs", "/run"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    Path("/run/lab").mkdir()
    resolver = Path("/run/lab/resolv.conf")
    resolver.write_text("nameserver 10.25.0.1\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", str(resolver), "/etc/resolv.conf"], check=True)


def run_as_first(command: Sequence[str]) -> int:
    """Run a command as the only child that matters of a namespace's first process; reap the orphans.

    Returns:
        Its exit status; 128 + signal where a signal ended it.
    """
    child = subprocess.Popen(command)
    # Ctrl-C goes to the whole group: the child decides what it means, this process waits for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _: child.send_signal(number))
    while True:
        pid, status = os.wait()
        if pid == child.pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
