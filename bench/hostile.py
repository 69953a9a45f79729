"""Devices that hang, reset, stall and flood in the midst of healthy ones: ``python -m bench.hostile``.

Of so many devices a fifth is hostile, the others are of the fleet of real OpenSSH; then the healthy ones alone. What is
told: how long the run took beside the deadline of a device, and whether the findings on the healthy ones are the same.
The exit status is 1 where collecting took longer than a tenth over the deadline, or where they are not.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import struct
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing import Process
from pathlib import Path

import asyncssh

from bench import space
from bench.fleet import PORT, ROOT, addresses, fleet, inventory, lay
from bench.measure import Cost, run, verdict
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.findings.results_file import read_results

#: What each kind does, by its port: nothing once TCP stands; a reset; a login and no word; a login and words for ever.
KINDS = {"hang": PORT + 1, "reset": PORT + 2, "stall": PORT + 3, "flood": PORT + 4}

#: Where the reports of each run go, by the devices that it is over.
REPORTS = {"fw-*": "alone", "*": "together"}


async def _serve(folder: Path) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.read()
        writer.close()

    async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def stall(process: asyncssh.SSHServerProcess[bytes]) -> None:
        await process.stdin.read()

    async def flood(process: asyncssh.SSHServerProcess[bytes]) -> None:
        with suppress(asyncssh.Error, OSError):
            while not process.is_closing():
                process.stdout.write(b"x" * 8000)
                await process.stdout.drain()
                await asyncio.sleep(0)  # a client that has left takes all without a pause: its leaving must be heard

    await asyncio.start_server(hang, "0.0.0.0", KINDS["hang"])
    await asyncio.start_server(reset, "0.0.0.0", KINDS["reset"])
    for kind, talk in (("stall", stall), ("flood", flood)):
        await asyncssh.listen(
            "0.0.0.0",
            KINDS[kind],
            process_factory=talk,
            server_host_keys=[f"{folder}/host"],
            authorized_client_keys=f"{folder}/user.pub",
            encoding=None,
        )
    await asyncio.Event().wait()


def _hostile(folder: Path) -> None:
    asyncio.run(_serve(folder))


def mixed(folder: Path, count: int) -> Path:
    """An inventory in which each fifth device is hostile, of each kind in turn."""
    kinds = list(KINDS)
    lines = inventory(folder, 0).read_text().splitlines()
    for number, address in enumerate(addresses(count)):
        kind = kinds[number // 5 % len(kinds)] if number % 5 == 4 else "fw"
        lines.append(f"  - {{name: {kind}-{number:05}, address: {address}, port: {KINDS.get(kind, PORT)}}}")
    path = folder / "mixed.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def judged(folder: Path, file: Path, options: argparse.Namespace, devices: str) -> Cost:
    """One run over some of the devices."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--inventory={file}"]
    command += [f"--device-timeout={options.deadline}s", f"--concurrency={options.concurrency}", f"--devices={devices}"]
    cost = run([*command, f"--reports={folder}/{REPORTS[devices]}"], {"HOME": str(folder)}, ROOT)
    print(f"{devices}: {cost.wall:.1f} s, {cost.cpu:.1f} s CPU, {cost.memory:.0f} MB; {verdict(cost)}", flush=True)
    return cost


def findings(reports: Path) -> list[tuple[str, str, str]]:
    """What was found on the healthy devices."""
    found = read_results(reports / "compliance.json").findings
    return sorted((one.device, one.key, str(one.state)) for one in found if one.device.startswith("fw-"))


def tell(evidence: Path) -> float:
    """Prints how long the sessions of each kind took, and why they ended; gives the longest."""
    by_kind: dict[str, list[tuple[float, str]]] = {}
    for name, one in read_directory(evidence).items():
        by_kind.setdefault(name.partition("-")[0], []).append((one.seconds, one.error or "collected"))
    for kind, ends in by_kind.items():
        print(f"{kind:6} {len(ends):4} devices, {max(ends)[0]:5.1f} s at most; {max(ends)[1][:90]}")
    return max(seconds for ends in by_kind.values() for seconds, _ in ends)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--deadline", type=int, default=90, help="of a device, in seconds (default: %(default)s)")
    parser.add_argument(
        "--concurrency", type=int, default=60, help="more than are hostile, or healthy ones wait for them; %(default)s"
    )
    options = parser.parse_args()
    space.enter("bench.hostile")
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as name:
        folder = Path(name)
        lay(folder)
        with fleet(folder):
            Process(target=_hostile, args=(folder,), daemon=True).start()
            time.sleep(1)
            file = mixed(folder, options.devices)
            alone = judged(folder, file, options, "fw-*")
            together = judged(folder, file, options, "*")
            longest = tell(folder / "together" / "evidence")
        same = findings(folder / "together") == findings(folder / "alone")
    print(f"the longest session {longest:.1f} s, the deadline {options.deadline} s")
    print(f"the run {together.wall:.1f} s, without the hostile ones {alone.wall:.1f} s")
    print(f"findings on the healthy ones are {'the same' if same else 'NOT the same'}")
    return 0 if same and longest <= options.deadline * 1.1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
