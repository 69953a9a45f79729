"""``python -m sse_compliance`` and ``sse-compliance``. Until the program is loaded, Ctrl-C ends it without a word."""

# ruff: noqa: E402  what takes time to load comes after

import signal

_WAS = signal.getsignal(signal.SIGINT)
if _WAS is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import sys

from sse_compliance import cli


def main() -> int:
    """Runs the command line; gives the exit status."""
    signal.signal(signal.SIGINT, _WAS)
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
