"""Round trips of one device's session: ``python -m bench.latency [--rtt 50] [--runs 5] [--device ftd-us]``.

The embedded lab's device stands behind a proxy that holds back every byte for half of the round trip, each way. The
trips are told twice: by how much longer the session takes than without the wait, and by how often the proxy saw the
client speak after the device had. The connection itself is one more, which the proxy waits for as well.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from bench.fleet import ROOT
from sse_compliance.lab.lab import Lab


class Proxy:
    """A loopback port that leads to another one, with a wait each way of so many seconds."""

    def __init__(self, target: int, one_way: float) -> None:
        self._target, self._one_way = target, one_way
        #: How often the client spoke after the device had.
        self.turns = 0
        self._last: str = ""

    async def serve(self, port: int = 0) -> asyncio.Server:
        return await asyncio.start_server(self._lead, "127.0.0.1", port)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self._one_way)
        to_device, from_device = await self._connect()
        await asyncio.gather(self._carry(reader, from_device, "client"), self._carry(to_device, writer, "device"))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._target)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, who: str) -> None:
        loop, pieces = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()

        async def hand_over() -> None:
            while True:
                due, data = await pieces.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not data:
                    break
                writer.write(data)
                if who == "device":
                    self._last = who
            writer.close()

        handing = asyncio.create_task(hand_over())
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                if who == "client" and self._last == "device":
                    self.turns, self._last = self.turns + 1, who
                pieces.put_nowait((loop.time() + self._one_way, data))
        pieces.put_nowait((loop.time() + self._one_way, b""))
        with suppress(OSError):
            await handing


async def session(lab: Lab, device: str, one_way: float, folder: Path) -> tuple[float, int]:
    """One run over the device; gives the seconds of its session and the turns."""
    proxy = Proxy(lab.ports[device], one_way)
    server = await proxy.serve()
    port = server.sockets[0].getsockname()[1]
    own, other = f"[127.0.0.1]:{lab.ports[device]} ", f"[127.0.0.1]:{port} "
    (folder / "known_hosts").write_text(lab.known_hosts.read_text().replace(own, other))
    text = lab.inventory_file.read_text().replace(str(lab.ports[device]), str(port))
    text = text.replace(f"known_hosts: {lab.known_hosts}", f"known_hosts: {folder / 'known_hosts'}")
    (folder / "inventory.yaml").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--devices={device}"]
    command += [f"--inventory={folder / 'inventory.yaml'}", f"--reports={folder / 'reports'}", "--device-timeout=300s"]
    environment = {**os.environ, **lab.environment}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    server.close()
    evidence = json.loads((folder / "reports" / "evidence" / f"{device}.json").read_text())
    if evidence["error"]:
        raise SystemExit(f"{device}: {evidence['error']}\n{said.decode()[-1000:]}")
    return float(evidence["seconds"]), proxy.turns


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rtt", type=float, default=50, help="milliseconds (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--device", default="ftd-us", help="a scenario of the lab (default: %(default)s)")
    options = parser.parse_args()
    near: list[tuple[float, int]] = []
    far: list[tuple[float, int]] = []
    with Lab.start([options.device]) as lab, tempfile.TemporaryDirectory(prefix="sse-bench-") as name:
        for _ in range(options.runs):
            near.append(asyncio.run(session(lab, options.device, 0, Path(name))))
            far.append(asyncio.run(session(lab, options.device, options.rtt / 2000, Path(name))))
    without, with_ = (statistics.median(seconds for seconds, _ in own) for own in (near, far))
    turns = statistics.median(turns for _, turns in far)
    print(f"{options.device}: medians of {options.runs} interleaved runs, {options.rtt:g} ms of round trip")
    print(f"session {without:.2f} s without the wait, {with_:.2f} s with it")
    print(f"{(with_ - without) * 1000 / options.rtt:.1f} round trips by the clock, {turns + 1:g} by turns")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
