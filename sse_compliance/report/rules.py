"""The verdicts on rule sets as text: a table, JSON, Markdown for a merge request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from sse_compliance.files.terminal import Terminal
from sse_compliance.files.text import for_json, one_line, plural
from sse_compliance.firewall.comparison import Change, Row
from sse_compliance.firewall.decision import Verdict

#: Wide enough for a device, a host and a rule on one line.
_LOG_WIDTH = 400


def as_json(rows: Sequence[Row]) -> str:
    """A list of objects, one a row."""
    return for_json(json.dumps([_record(row) for row in rows], indent=1, ensure_ascii=False)) + "\n"


def _record(row: Row) -> dict[str, object]:
    rule = row.decision.rule
    return {
        "device": row.device,
        "host": row.host,
        "verdict": row.decision.verdict.value,
        "rule": rule.name or rule.text,
        "file": rule.file,
        "line": rule.line,
        "was": row.was.verdict.value if row.was else None,
    }


def _said(row: Row) -> str:
    decision = row.decision
    rules = decision.unsure if decision.verdict is Verdict.CANNOT_TELL else (decision.rule,)
    return decision.why or " and ".join(map(str, rules))


def _what(row: Row) -> str:
    if row.change is None:
        return ""
    by = f" by {row.decision.rule}" if row.change is Change.BROKEN else ""
    return f"{row.change}{by}"


def _summary(rows: Sequence[Row]) -> str:
    worse = sum(row.is_worse for row in rows)
    unknowable = sum(row.is_unknowable for row in rows)
    return f"{worse} worse, {unknowable} that can't be told, of {plural(len(rows), 'verdict')}"


def as_table(rows: Sequence[Row]) -> str:
    """For a terminal."""
    table = Table("Device", "Host", "Verdict", "Rule", *(["Change"] if rows and rows[0].was else []), box=None)
    for row in rows:
        cells = [row.device, row.host, row.decision.verdict, _said(row)]
        cells += [row.change or ""] if row.was else []
        table.add_row(*(Text(one_line(str(cell), 400)) for cell in cells))
    # In a log no line is broken, so that it can be searched.
    console = Terminal(width=None if sys.stdout.isatty() else _LOG_WIDTH)
    with console.capture() as captured:
        console.print(table)
        for row in rows:
            if row.add:
                console.print(Text(one_line(f"{row.device} {row.host}: to copy: {row.add}", 800)), soft_wrap=True)
        console.print(Text(_summary(rows)))
    return captured.get()


def as_markdown(rows: Sequence[Row]) -> str:
    """For the comment on a merge request."""
    head = ["Device", "Host", "Verdict", "Rule", "Change"]
    lines = [f"### Firewall rules: {_summary(rows)}", "", _md_row(head), _md_row(["---"] * len(head))]
    for row in rows:
        lines.append(_md_row([row.device, row.host, row.decision.verdict, _said(row), _what(row)]))
    added = [row for row in rows if row.add]
    if added:
        lines += ["", "#### To copy", ""]
        lines += [f"- {_md(row.device)} {_md(row.host)}: {_md(row.add)}" for row in added]
    return "\n".join(lines) + "\n"


def _md_row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(cell if cell == '---' else _md(str(cell)) for cell in cells)} |"


def _md(text: str) -> str:
    """Foreign text as Markdown shows it, and nothing that it obeys."""
    return "".join(f"&#{ord(c)};" if c in "\\`*_{}[]<>()#+!|&~@" else c for c in one_line(text, 400))


FORMATS: Mapping[str, Callable[[Sequence[Row]], str]] = {"table": as_table, "json": as_json, "md": as_markdown}
