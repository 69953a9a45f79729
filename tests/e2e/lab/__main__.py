"""``python -m tests.e2e.lab run -- COMMAND`` runs a command inside a new lab's outer namespace;
``python -m tests.e2e.lab shell`` leaves a lab up with a shell in the runner."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.e2e.lab import control, outer


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.lab", description="The real lab.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run a command (pytest tests/e2e, say) inside the outer namespace")
    run.add_argument("command", nargs="+")
    verbs.add_parser("shell", help="leave a lab up, with a shell in the runner")
    for verb in ("devices", "faults"):
        verbs.add_parser(verb, help=f"in that shell: list {verb}")
    plant = verbs.add_parser("plant", help="in that shell: break a device")
    plant.add_argument("device")
    plant.add_argument("fault")
    renew = verbs.add_parser("renew", help="in that shell: put a healthy device in a device's place")
    renew.add_argument("device")
    options = parser.parse_args()
    if options.verb not in ("run", "shell"):
        return control.ask(sys.argv[1:])
    if not outer.is_inside():
        return _from_outside(options)
    if not outer.is_first():
        parser.error("a lab is up already around this command")
    outer.prepare()
    if options.verb == "run":
        return outer.run_as_first(options.command)
    return outer.run_as_first(
        [sys.executable, "-c", "from tests.e2e.lab.control import shell; raise SystemExit(shell())"]
    )


def _from_outside(options: argparse.Namespace) -> int:
    reason = outer.why_refused()
    if reason is None:
        return outer.enter(sys.argv[1:])
    print(f"No lab: {reason}.", file=sys.stderr)
    if options.verb == "shell" or os.environ.get(outer.REQUIRED) == "1":
        return 1
    # The command still runs, so that its tests report themselves as skipped, with the reason.
    return subprocess.run(options.command, env={**os.environ, outer.REFUSED: reason}).returncode


if __name__ == "__main__":
    sys.exit(main())
