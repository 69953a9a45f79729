"""What few runs need is loaded by those that need it: a run over one device is as quick to begin as it can be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: What a run loads only where a device, a portal, an FMC or a resolver is asked, or a rule set is read.
SELDOM = ("asyncssh", "dns", "requests", "rich.progress", "sse_compliance.firewall.readers", "urllib3")


def test_a_run_does_not_load_what_it_may_never_ask() -> None:
    code = f"import sys, sse_compliance.plugin.hooks; print([m for m in {SELDOM} if m in sys.modules])"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
