"""netmiko, 20 threads: every command on its own, as people write it."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from netmiko import ConnectHandler

WORK: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text("utf-8"))


def device(address: str) -> int:
    with ConnectHandler(
        device_type="linux",
        host=address,
        port=WORK["port"],
        username="root",
        use_keys=True,
        key_file=WORK["key"],
        allow_agent=False,
        conn_timeout=60,
        banner_timeout=60,
        auth_timeout=60,
    ) as connection:
        # Without the last `echo`, output that has no final newline breaks netmiko's search for the prompt.
        return sum(bool(connection.send_command(f"({command}); echo")) for command in WORK["commands"])


if __name__ == "__main__":
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(device, WORK["addresses"]))
    sys.exit(0 if all(answers) else 1)
