"""The verb ``lab``: run a lab by itself and tell how to log in to its devices."""

from __future__ import annotations

import argparse
import signal
from types import FrameType

from sse_compliance.lab.lab import Lab
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.lab.server import PASSWORD_VARIABLE, USER


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument(
        "--scenario", action="append", metavar="NAME", help="a device to emulate; repeatable; all of them by default"
    )
    parser.add_argument("--count", type=int, metavar="N", help="make N devices, going round the scenarios")
    parser.add_argument("--list", action="store_true", help="list the scenarios and end")


def run(args: argparse.Namespace) -> int:
    """Run a lab until Ctrl-C or SIGTERM.

    Raises:
        InputError: a scenario that there is not.
        LabFailedError: with the reason.
    """
    if args.list:
        for scenario in SCENARIOS.values():
            found = ", ".join(scenario.planted) or ("not assessed" if scenario.not_assessed else "compliant")
            print(f"{scenario.name:<26} {scenario.title} [{found}]")
        return 0
    # Also where a script that put it into the background handed on "ignore Ctrl-C".
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    with Lab.start(args.scenario, count=args.count) as lab:
        try:
            _introduce(lab)
            signal.pause()
        except KeyboardInterrupt:
            print("\nThe lab is stopped.")
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _introduce(lab: Lab) -> None:
    name, port = next(iter(lab.ports.items()))
    password = lab.environment[PASSWORD_VARIABLE]
    options = f"-o UserKnownHostsFile={lab.known_hosts}"
    print(lab.inventory_file.read_text(encoding="utf-8"))
    print(f"The inventory above is {lab.inventory_file}. In another terminal:\n")
    print(f"  export {PASSWORD_VARIABLE}={password}")
    print(f"  pytest --inventory={lab.inventory_file}\n")
    print(f"Any SSH client can log in, for example to {name} (the password is the one above):\n")
    print(f"  ssh {options} -p {port} {USER}@127.0.0.1")
    print(f"  ssh {options} -i {lab.key_file} -p {port} {USER}@127.0.0.1\n")
    print("Ctrl-C stops the lab and removes all of it.", flush=True)
