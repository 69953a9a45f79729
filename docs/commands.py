"""Writes docs/commands.md, the table of all commands: ``python -m docs.commands`` (``make docs``)."""

from __future__ import annotations

from pathlib import Path

from sse_compliance.catalogue.commands import READS, Shown, shown
from sse_compliance.catalogue.requirements import Catalogue, load_catalogue
from sse_compliance.collect.ssh.lines import TABLE, exec_command, start_agent
from sse_compliance.inventory.device import Platform

PAGE = Path(__file__).with_name("commands.md")

_HEAD = """\
# Every command

All that is ever sent to a device. This page is made by `make docs` from the two tables that the program itself sends
from, and a test fails when it is stale: `sse_compliance/collect/ssh/lines.py` (the login) and
`sse_compliance/catalogue/probes.py` (what is read). Nothing else can be sent: a terminal takes only lines of the first
table, and a session only probes that are to the letter those of the second.

A test of your own may ask for more (`host.run`, `host.file` …). What a probe of the plan has run is answered from it.
Any other command is **not sent** and the test is *not assessed*, unless the run is given `--allow-commands`: then your
tests run what they like, as root.

## The login

| typed | to | why |
|---|---|---|
"""

_PROBES = """
Enter, Ctrl-C and Ctrl-U are shown as `⏎`, `^C` and `^U`. The agent is one line; `MARKER` is random, and its halves are
put together by the loop, so that an echo does not pass for its answer:

```sh
{agent}
```

With `login: exec` it is asked for in one request:

```sh
{exec}
```

## What is read

In the device's CLI (*clish*) or in root's shell: in one script that runs the commands side by side, each under a time
limit and with bounded output (`sse_compliance/collect/ssh/script/build.py`). `HOST` is a host of the region's
allowlist; where several files are named, the first that exists is read. A probe is made only where a selected
requirement reads it.
"""


def page(catalogue: Catalogue) -> str:
    """The page."""
    login = "".join(f"| {_code(row.typed)} | {row.to} | {row.why} |\n" for row in TABLE)
    probes = _PROBES.format(agent=start_agent("MARKER").strip(), exec=exec_command("MARKER"))
    return _HEAD + login + probes + "".join(_section(one, catalogue) for one in shown())


def _code(text: str) -> str:
    for key, name in {"\n": "⏎", "\x03": "^C", "\x15": "^U", "|": "\\|"}.items():
        text = text.replace(key, name)
    return text if text.startswith("(") else f"`` {text} ``" if "`" in text else f"`{text}`"


def _section(one: Shown, catalogue: Catalogue) -> str:
    readers = [r.id for r in catalogue if any(probe.partition(":")[0] == one.kind for probe in r.probes)]
    lines = [f"### {one.kind}", "", f"Reads {READS[one.kind]}.", "", "```sh", one.spec.command]
    if one.behind_a_proxy.command != one.spec.command:
        lines += ["# behind a proxy", one.behind_a_proxy.command]
    lines += ["```", ""]
    where = f"{one.spec.where}, at most {one.spec.seconds} s"
    lines.append(f"- **Where**: {where}; **platforms**: {', '.join(p for p in Platform if p in one.platforms)}")
    if one.spec.files:
        lines.append(f"- **Files**: {', '.join(f'`{file}`' for file in one.spec.files)}")
    lines.append(f"- **Read by**: {', '.join(readers)}")
    return "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(load_catalogue()), encoding="utf-8")
