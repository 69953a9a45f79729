"""A bare asyncssh client: one connection and one exec of all commands per device, nothing judged. The floor."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import asyncssh


async def device(address: str, port: int, key: str, script: str, turns: asyncio.Semaphore) -> bool:
    async with (
        turns,
        asyncssh.connect(
            address, port, username="root", client_keys=[key], known_hosts=None, config=None, agent_path=None
        ) as connection,
    ):
        done = await connection.run("exec sh -s", input=script)
        return str(done.stdout).count("@@end") == script.count("@@end")


async def main(work: dict[str, object]) -> int:
    commands, addresses = work["commands"], work["addresses"]
    assert isinstance(commands, list)
    assert isinstance(addresses, list)
    script = "".join(f"({command}) 2>&1; echo @@end $?\n" for command in commands)
    turns = asyncio.Semaphore(50)
    jobs = (device(address, int(str(work["port"])), str(work["key"]), script, turns) for address in addresses)
    return 0 if all(await asyncio.gather(*jobs)) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(json.loads(Path(sys.argv[1]).read_text("utf-8")))))
