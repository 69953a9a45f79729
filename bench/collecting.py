"""The whole suite beside what people use today, over the same fleet of real OpenSSH: ``python -m bench.collecting``.

Every variant runs the same commands on the same devices, in turn; what counts are the ratios of the medians. The figure
of the suite holds everything: collecting, judging, all reports.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench import space, stages
from bench.fleet import PORT, ROOT, addresses, commands, fleet, inventory, lay
from bench.measure import Cost, interleaved, median, run, verdict

_PEERS = ("suite", "asyncssh", "netmiko", "paramiko", "ssh", "ansible")


def variants(names: Sequence[str], folder: Path, count: int, more: Sequence[str] = ()) -> dict[str, Callable[[], Cost]]:
    """How each is run over so many devices."""
    work = folder / "work.json"
    described = {"addresses": addresses(count), "commands": commands(), "port": PORT, "key": f"{folder}/user"}
    work.write_text(json.dumps(described))
    env = {"BENCH_WORK": str(work), "HOME": str(folder), "PYTHONPATH": str(ROOT)}

    def hosts(transport: str) -> list[str]:
        urls = ",".join(f"{transport}://root@{address}:{PORT}" for address in addresses(count))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)]
        peers = ROOT / "bench" / "peers"
        command += ["-c", os.devnull, "--confcutdir", str(peers), f"--hosts={urls}"]
        return [*command, f"--ssh-config={folder}/ssh_config", str(peers / "plain_testinfra.py")]

    suite = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--inventory={inventory(folder, count)}"]
    made: dict[str, list[str]] = {
        "suite": [*suite, f"--reports={folder}/reports", *more],
        "asyncssh": [sys.executable, str(ROOT / "bench/peers/asyncssh_one.py"), str(work)],
        "netmiko": [sys.executable, str(ROOT / "bench/peers/netmiko_threads.py"), str(work)],
        "paramiko": [*hosts("paramiko"), "-p", "no:xdist"],
        "ssh": [*hosts("ssh"), "-n", "2"],
        "ansible": _ansible(folder, count),
    }
    extra = {"ansible": {"ANSIBLE_CONFIG": f"{folder}/ansible.cfg", "LC_ALL": "C.UTF-8"}}
    return {name: partial(run, made[name], {**env, **extra.get(name, {})}, ROOT) for name in names}


def _ansible(folder: Path, count: int) -> list[str]:
    (folder / "hosts").write_text("\n".join(addresses(count)) + "\n")
    tasks = [{"raw": command, "changed_when": False, "failed_when": False} for command in commands()]
    (folder / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    (folder / "ansible.cfg").write_text(
        "[defaults]\nhost_key_checking = False\nstdout_callback = minimal\ndisplay_ok_hosts = False\n[ssh_connection]\n"
        f"pipelining = True\nssh_args = -F {folder}/ssh_config -o ControlMaster=auto -o ControlPersist=60s\n"
    )
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    return [program, "-i", str(folder / "hosts"), "-f", "50", str(folder / "play.yml")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", default="suite,asyncssh,netmiko", help=f"of {', '.join(_PEERS)}; commas between")
    parser.add_argument("--suite", default="", metavar="OPTIONS", help="further options of the suite's, in one word")
    parser.add_argument("--stages", action="store_true", help="where the suite's processor time goes")
    parser.add_argument("--said", action="store_true", help="show the end of what each printed")
    options = parser.parse_args()
    space.enter("bench.collecting")
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as name:
        folder = Path(name)
        lay(folder)
        with fleet(folder):
            chosen = variants(options.peers.split(","), folder, options.devices, options.suite.split())
            spent: list[dict[str, float]] = []
            if options.stages:
                chosen["suite"] = partial(stages.told, chosen["suite"], folder / "stages", spent)
            costs = interleaved(options.runs, chosen)
    print(f"{options.devices} devices, {len(commands())} commands each, medians of {options.runs} interleaved runs")
    print(f"{'':10} {'wall s':>8} {'CPU s':>8} {'CPU ms/device':>14} {'MB':>6}  status")
    for peer, own in costs.items():
        middle = median(own)
        each = middle.cpu / options.devices * 1000
        print(f"{peer:10} {middle.wall:8.2f} {middle.cpu:8.2f} {each:14.1f} {middle.memory:6.0f}  {middle.status}")
        if peer == "suite":
            print(verdict(own[-1]))
        if own[-1].said and options.said:
            print(own[-1].said[-3000:])
        if middle.status not in (0, 1, 10) or (peer != "suite" and middle.status):
            print(own[-1].said[-2000:])
    if spent:
        print(stages.table(spent, options.devices))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
