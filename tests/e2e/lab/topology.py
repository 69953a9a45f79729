"""The networks of the site: runner and devices on a bridge in the edge's namespace, the cloud behind it."""

from __future__ import annotations

import subprocess

from tests.e2e.lab import names, rootfs
from tests.e2e.lab.shell import in_network, ip_batch, only_child


class Network:
    """A network namespace, held by a process that does nothing else."""

    def __init__(self) -> None:
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--fork", "--kill-child", "sleep", "infinity"], stdin=subprocess.DEVNULL
        )
        self.pid = only_child(self._holder.pid)

    def drop(self) -> None:
        """Let it go, with all its links."""
        self._holder.kill()
        self._holder.wait()


def wire(edge: Network, cloud: Network) -> None:
    """Connect runner, edge and cloud. Devices plug themselves in."""
    ip_batch(
        None,
        [
            f"link add run0 address 02:00:0a:3e:ff:02 type veth peer name runner netns {edge.pid}",
            "addr add 10.62.148.2/22 dev run0",
            "link set run0 up",
            f"route add default via {rootfs.GATEWAY}",
        ],
    )
    ip_batch(
        edge.pid,
        [
            "link set lo up",
            # With a MAC of its own; else it takes its ports', and changes it as devices come and go.
            "link add br0 address 02:00:0a:3e:ff:01 type bridge forward_delay 0",
            f"addr add {rootfs.GATEWAY}/22 dev br0",
            "link set br0 up",
            "link set runner master br0 up",
            f"link add cloud type veth peer name eth0 netns {cloud.pid}",
            "addr add 10.25.0.254/24 dev cloud",
            "link set cloud up",
            f"route add {names.BLOCK} dev cloud via {names.DNS_SERVER}",
        ],
    )
    in_network(edge.pid, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
    own = (names.DNS_SERVER, names.DNS_STOPPED, names.DNS_REFUSING, names.INTERCEPTOR, names.PROXY)
    ip_batch(
        cloud.pid,
        [
            "link set lo up",
            *(f"addr add {address}/24 dev eth0" for address in own),
            "link set eth0 up",
            "route add default via 10.25.0.254",
            # Every address of the block is this host's, without naming each.
            f"route add local {names.BLOCK} dev lo",
        ],
    )
