"""What all of the project's own tests share."""

from __future__ import annotations

import signal

# A script that runs the tests in the background hands on "ignore Ctrl-C"; tests of Ctrl-C, and the programs that they
# start, need it as it is for a person.
signal.signal(signal.SIGINT, signal.default_int_handler)
