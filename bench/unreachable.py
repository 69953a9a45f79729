"""A fleet that can't be reached beside a healthy one: ``python -m bench.unreachable``.

Two fleets of so many devices each: one whose addresses refuse every connection, and one whose addresses never answer
(with a short connect limit); beside them healthy devices of the fleet of real OpenSSH. What counts is the client's
processor time for each device: a fleet that is cut off must be no dearer than one that is there.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench import space
from bench.fleet import PORT, ROOT, fleet, inventory, lay
from bench.measure import Cost, interleaved, median, run, verdict

#: Nobody listens there.
_REFUSED = PORT + 1
_SILENT = PORT + 2


@contextmanager
def silent(port: int) -> Iterator[None]:
    """A port that never answers: its queue is full, so that the kernel drops whoever knocks."""
    with socket.socket() as server:
        server.bind(("0.0.0.0", port))
        server.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.7.0.1", port))
        try:
            yield
        finally:
            for one in waiting:
                one.close()


def judged(folder: Path, devices: int, port: int) -> Cost:
    """One run over so many devices, all reports included."""
    file = inventory(folder, devices, port)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--inventory={file}"]
    return run([*command, f"--reports={folder}/reports-{port}", "--connect-timeout=2s"], {"HOME": str(folder)}, ROOT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--healthy", type=int, default=100, help="so many healthy ones (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    space.enter("bench.unreachable")
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as name:
        folder = Path(name)
        lay(folder)
        counts = {"refused": options.devices, "silent": options.devices, "healthy": options.healthy}
        ports = {"refused": _REFUSED, "silent": _SILENT, "healthy": PORT}
        with fleet(folder), silent(_SILENT):
            costs = interleaved(
                options.runs,
                {name: partial(judged, folder, counts[name], ports[name]) for name in counts if counts[name]},
            )
    print(f"medians of {options.runs} interleaved runs")
    for name, own in costs.items():
        middle = median(own)
        each = middle.cpu / counts[name] * 1000
        print(f"{name}: {verdict(own[-1])}")
        print(f"{middle.wall:8.2f} s wall {middle.cpu:8.2f} s CPU {each:6.1f} ms/device {middle.memory:5.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
