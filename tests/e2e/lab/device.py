"""A device of the lab: its life, and the faults that a test plants in it by hand."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from tests.e2e.lab import rootfs
from tests.e2e.lab.shell import LabError, in_network, ip_batch, only_child, run, wait_until
from tests.e2e.lab.spec import DeviceSpec

# A cable that a packet pulls: the first SYN to an address is lost, and with the same SYN, which the kernel sends again
# a second later, all that goes through the device's port of the bridge.
_PULLED_BY_A_CALL = """
table bridge {port} {{
    set called {{ type inet_service; flags dynamic; }}
    set pulled {{ type ether_addr; flags dynamic; }}
    chain from_device {{
        type filter hook prerouting priority filter; policy accept;
        iifname != "{port}" accept
        ether saddr @pulled drop
        ip daddr != {{ {addresses} }} accept
        tcp sport @called add @pulled {{ ether saddr }} drop
        tcp dport 443 add @called {{ tcp sport }} drop
    }}
    chain to_device {{
        type filter hook postrouting priority filter; policy accept;
        oifname "{port}" ether daddr @pulled drop
    }}
}}
"""


class RealDevice:
    """A running device. ``root`` is its root file system as the runner sees it."""

    def __init__(
        self, spec: DeviceSpec, number: int, folder: Path, edge: int, password_hash: str, connector_ca: str
    ) -> None:
        self.spec = spec
        self.name = spec.name
        self.address = f"10.62.{148 + (number + 10) // 250}.{(number + 10) % 250 + 1}"
        self.root = folder / spec.name
        # Fixed: a device that is made anew under the same address must not be sought at the old one's MAC.
        self._mac = f"02:00:0a:3e:{number // 256:02x}:{number % 256:02x}"
        self._port = f"v{number}"
        self._edge = edge
        self._sudo = folder / "sudo"
        self.host_key = rootfs.build(
            self.root,
            spec,
            interface=f"{self.address}/22",
            mac=self._mac,
            password_hash=password_hash,
            connector_ca=connector_ca,
        )
        self._process: subprocess.Popen[str] | None = None
        self._taken: socket.socket | None = None
        self._cut_in_a_call = False
        self.pid = 0
        self._had_session = self.log_says("established")

    def start(self) -> None:
        """Bring it up; returns when sshd answers."""
        namespaces = ["--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"]
        arguments = (str(self.root), str(self._sudo), self.name)
        self._process = subprocess.Popen(
            ["unshare", *namespaces, "sh", "-c", rootfs.PRELUDE, "sh", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=(self.root / "boot.log").open("w"),
            text=True,
            start_new_session=True,
        )
        self.pid = only_child(self._process.pid)
        ip_batch(
            self._edge,
            [
                f"link add {self._port} type veth peer name eth0 address {self._mac} netns {self.pid}",
                f"link set {self._port} master br0 up",
            ],
        )
        ip_batch(
            self.pid,
            [f"addr add {self.address}/22 dev eth0", "link set eth0 up", f"route add default via {rootfs.GATEWAY}"],
        )
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.close()
        wait_until(self._answers_ssh, f"{self.name} answers SSH", pause=0.02)

    def _answers_ssh(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise LabError(f"{self.name} did not start: {(self.root / 'boot.log').read_text().strip()}")
        try:
            with socket.create_connection((self.address, 22), timeout=0.2) as link:
                return link.recv(4) == b"SSH-"
        except OSError:
            return False

    def stop(self) -> None:
        """Take it down, and all that it held; one that is down stays so."""
        if self._process is None:
            return
        if self._taken is not None:
            self._taken.close()
        ip_batch(self._edge, [f"link del {self._port}"])
        if self._cut_in_a_call:
            in_network(self._edge, "nft", "delete", "table", "bridge", self._port)
        self._process.kill()
        self._process.wait()
        self._process = None
        run("umount", "-l", str(self.root))
        self.root.rmdir()

    def __enter__(self) -> RealDevice:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    # -- looking and doing by hand ------------------------------------------------------------------------------------

    def run(self, *command: str) -> str:
        """Run a command on the device as root."""
        return run(
            "nsenter",
            "-t",
            str(self.pid),
            "-m",
            "-u",
            "-i",
            "-n",
            "-p",
            "env",
            f"PATH={os.defpath}:/usr/sbin:/opt/sf/bin",
            *command,
        )

    def path(self, path: str) -> Path:
        """One of the connector's files (``/etc/sf/…``), wherever the platform keeps it."""
        return self.root / f"{self.spec.prefix}{path}".lstrip("/")

    @property
    def log(self) -> Path:
        return self.path("/var/log/connector/connector.log")

    def log_says(self, text: str) -> Callable[[], bool]:
        """A condition: what the connector logs from here on holds a text."""
        before = self.log.stat().st_size

        def says() -> bool:
            with self.log.open() as file:
                file.seek(before)
                return text in file.read()

        return says

    def settle(self) -> None:
        """Wait until the connector holds its session and is attached to EventHandler."""
        wait_until(self._had_session, f"{self.name}'s connector has a session")
        attached = "STREAM     CONNECTED"
        wait_until(lambda: attached in self.run("netstat", "-xp"), f"{self.name}'s connector is attached", pause=0.2)

    def logins(self) -> tuple[int, int]:
        """How many logins sshd accepted and refused."""
        text = (self.root / "var/log/sshd.log").read_text()
        refused = re.findall(r"^(?:error: )?(?:Failed password|PAM: Authentication failure)", text, re.M)
        return len(re.findall(r"^Accepted ", text, re.M)), len(refused)

    # -- processes ----------------------------------------------------------------------------------------------------

    def pmtool(self, verb: str, process: str) -> None:
        """``pmtool disablebyid|enablebyid|restartbyid NAME``."""
        self.run("pmtool", verb, process)

    def restart_connector(self) -> None:
        self.pmtool("restartbyid", "SSEConnector")

    def freeze(self, process: str) -> None:
        """Stop a process without ending it; the process manager goes on calling it running."""
        found = re.search(rf"^{process} \(.*Running (\d+)", self.run("pmtool", "status"), re.M)
        if found is None:
            raise LabError(f"{process} does not run on {self.name}")
        self.run("kill", "-STOP", found[1])

    def make_event(self) -> None:
        """Let EventHandler hand the connector an event, which it sends to the cloud."""
        self.run("sh", "-c", "kill -USR1 $(pgrep -x EventHandler)")

    def session_port(self) -> int:
        """The local port of the connector's session to the cloud."""
        found = re.search(r"^connector .*:(\d+)->.*:443 \(ESTABLISHED\)", self.run("lsof", "-nP", "-i"), re.M)
        if found is None:
            raise LabError(f"{self.name}'s connector has no session")
        return int(found[1])

    def be_idle(self) -> int:
        """Wait until the first event, which EventHandler hands over when it is attached to, is sent and all is
        acknowledged; gives the session's port. A fault that is to meet a session on which nothing is on its way would
        else meet, now and then, one whose last packet was not answered yet: that is another fault."""
        port = self.session_port()
        statistics = "http://localhost:8989/v1/contexts/default/statistics"

        def nothing_on_its_way() -> bool:
            if '"TotalEventsSent": 0' in self.run("curl", "-sS", statistics):
                return False
            session = self.run("ss", "-tnoH", "state", "established", "sport", "=", f":{port}")
            return session.split()[1] == "0" and "timer:(on" not in session

        wait_until(nothing_on_its_way, f"{self.name}'s session has nothing on its way")
        return port

    # -- files --------------------------------------------------------------------------------------------------------

    def set_property(self, key: str, value: str) -> None:
        """Change a line of ``connector.properties`` and restart the connector."""
        file = self.path("/etc/sf/connector.properties")
        text, count = re.subn(rf"^{key}=.*$", f"{key}={value}", file.read_text(), flags=re.M)
        if count != 1:
            raise LabError(f"{file} has no single line {key}=")
        file.write_text(text)
        self.restart_connector()

    def set_resolver(self, *servers: str) -> None:
        """Replace the DNS servers; none at all is possible."""
        (self.root / "etc/resolv.conf").write_text("".join(f"nameserver {server}\n" for server in servers))

    def fill_disk(self) -> None:
        """Leave not a byte of the device's file system free."""
        block = bytes(65536)
        with (self.root / "var/filler").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(block)
            except OSError:
                return

    def refuse_sudo(self) -> None:
        """Take admin out of sudoers."""
        file = self.root / "etc/sudoers"
        file.write_text(file.read_text().replace(rootfs.ADMIN_MAY, ""))

    # -- network and SSH ----------------------------------------------------------------------------------------------

    def cut_link(self) -> None:
        """Pull the cable: nothing gets in or out, and nobody is told."""
        ip_batch(self._edge, [f"link set {self._port} nomaster"])

    def mend_link(self) -> None:
        ip_batch(self._edge, [f"link set {self._port} master br0"])

    def cut_link_in_a_call(self, addresses: Iterable[str]) -> None:
        """Pull the cable for good while the device waits for its first TCP connection to one of the addresses, sooner
        than its kernel gives up: however busy this machine is, the call's result is not on its way yet."""
        rules = _PULLED_BY_A_CALL.format(port=self._port, addresses=", ".join(addresses))
        in_network(self._edge, "nft", "-f", "-", text_in=rules)
        self._cut_in_a_call = True

    def link_was_cut(self) -> bool:
        """Whether the call of :meth:`cut_link_in_a_call` was made."""
        return "elements" in in_network(self._edge, "nft", "list", "set", "bridge", self._port, "pulled")

    def slow_link(self, rate: str) -> None:
        """Limit what the device gets to a rate such as ``64kbit``."""
        in_network(self._edge, *f"tc qdisc add dev {self._port} root tbf rate {rate} burst 4kb latency 2s".split())

    def hang_sshd(self) -> None:
        """sshd's listener no longer answers; the kernel still accepts connections for it."""
        self.run("sh", "-c", "kill -STOP $(pgrep -o -x sshd)")

    def take_session(self) -> None:
        """Be somebody else who is about to log in, and keeps the session as long as the device lives."""
        self._taken = socket.create_connection((self.address, 22), timeout=10)

    def limit_sessions(self, most: int) -> None:
        """Refuse SSH connections beyond so many at once."""
        rule = f"tcp dport 22 ct state new ct count over {most} reject with tcp reset"
        chain = "chain input { type filter hook input priority filter; policy accept; " + rule + "; }"
        in_network(self.pid, "nft", "-f", "-", text_in=f"table inet limits {{\n{chain}\n}}\n")
