"""``compliance.md``: verdict, new damage and root causes, short enough for a merge request's comment or a job summary.

Text that comes from devices stands in code spans, where Markdown obeys nothing and platforms notify nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sse_compliance.files.text import capped, one_line, plural, split_code
from sse_compliance.findings.finding import Change, State
from sse_compliance.findings.results import DeviceResult, Notice, Results, RootCause
from sse_compliance.report.grouping import failing_causes, is_open, rows
from sse_compliance.report.words import STATES, VERDICTS, counted, gate_words, named, problem

#: Rows of a list before the rest is counted only.
MOST_ROWS = 20
#: Device names that are written out for one cause.
MOST_NAMES = 6


def render_markdown(results: Results) -> str:
    """The summary of a run in GitHub's and GitLab's Markdown, at most some 20 kB."""
    parts = [
        _head(results),
        _counts(results),
        _new(results),
        _causes(failing_causes(results)),
        _unassessed(rows(results)),
        _notices(results.notices),
    ]
    parts += [_waivers(results), _foot(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(results: Results) -> str:
    verdict = results.summary.verdict
    own = f"\n\n**The site's own values.** {_text('; '.join(results.overridden))}" if results.overridden else ""
    coverage = f"**{_text(results.coverage)}:** " if results.coverage else ""
    name = f"**{_text(named(results.run))}**\n\n" if named(results.run) else ""
    partial = f"\n\n**Partial run.** {_text(results.run.partial)}" if results.run.partial else ""
    return (
        f"## {VERDICTS[verdict].symbol} {verdict.capitalize()} – cloud link compliance\n\n"
        f"{name}{coverage}{_text(results.summary.why)}\n\n{_text(counted(results))}{partial}{own}"
    )


def _counts(results: Results) -> str:
    """Counts of devices and findings by state, in one table."""
    states = [
        state for state in STATES if results.summary.states.get(state.value) or results.summary.devices.get(state.value)
    ]
    return _table(
        ("", *(f"{STATES[state].symbol} {state.value}" for state in states)),
        (
            ("devices", *(f"{results.summary.devices.get(state.value, 0):,}" for state in states)),
            ("findings", *(f"{results.summary.states.get(state.value, 0):,}" for state in states)),
        ),
    )


def _new(results: Results) -> str:
    new = [finding for finding in results.findings if finding.change is Change.NEW and is_open(finding)]
    if not new:
        return ""
    new.sort(key=lambda finding: finding.cause is not None)
    rows = [
        f"- {_code(finding.device)} **{_text(finding.key)}** {_code(problem(finding))}" for finding in new[:MOST_ROWS]
    ]
    return "### New since the baseline\n\n" + "\n".join(rows) + _rest(new, "finding")


def _causes(causes: Sequence[RootCause]) -> str:
    if not causes:
        return ""
    rows = (
        (
            _names(cause.devices),
            f"**{_text(cause.requirement)}** {_code(one_line(cause.summary, 160))}",
            _prose(cause.remediation),
        )
        for cause in causes[:MOST_ROWS]
    )
    return "### What to fix\n\n" + _table(("devices", "root cause", "what to do"), rows) + _rest(causes, "root cause")


def _unassessed(devices: Sequence[DeviceResult]) -> str:
    lost = [device for device in devices if device.error is not None or device.state is State.NOT_ASSESSED]
    if not lost:
        return ""
    rows = [
        f"- {_code(device.name)} {_code(one_line(device.error or 'some requirements', 160))}"
        for device in lost[:MOST_ROWS]
    ]
    return "### Not assessed\n\n" + "\n".join(rows) + _rest(lost, "device")


def _notices(notices: Sequence[Notice]) -> str:
    if not notices:
        return ""
    rows = [f"- {_code(notice.text)}" for notice in notices[:MOST_ROWS]]
    return "### Notices\n\n" + "\n".join(rows) + _rest(notices, "notice")


def _waivers(results: Results) -> str:
    soon = [waiver for waiver in results.waivers if waiver.ends_soon]
    rows = [
        f"- **{_text(waiver.requirement)}** {_code(waiver.scope)} ends {_code(waiver.expires)}"
        for waiver in soon[:MOST_ROWS]
    ]
    return "### Waivers that end soon\n\n" + "\n".join(rows) + _rest(soon, "waiver") if soon else ""


def _foot(results: Results) -> str:
    run = results.run
    return (
        f"<sub>{_text(run.tool)} {_text(run.version)}, {_text(run.started_at)}, {_text(run.mode)}, gate "
        f"{gate_words(run)}; catalogue {_text(run.catalogue.version)}, allowlist {_text(run.allowlist.version)}</sub>"
    )


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(_code(name) for name in names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{len(names):,}: {shown}" + (f" and {more:,} more" if more > 0 else "")


def _rest(entries: Sequence[object], noun: str) -> str:
    more = len(entries) - MOST_ROWS
    return f"\n\nand {plural(more, f'more {noun}')} in the report" if more > 0 else ""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(text: str) -> str:
    """A code span that no text can end or break out of, in a table cell as well."""
    shown = one_line(text).replace("|", "\\|") or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def _text(text: str) -> str:
    """Text with every character spelled that Markdown or HTML would obey."""
    return re.sub(r"([\\`*_{}\[\]()#|~!<>&@])", lambda match: f"&#{ord(match[0])};", one_line(text))


def _prose(text: str) -> str:
    parts = split_code(capped(text.strip(), 600))
    return "".join(_code(part) if is_code else _text_kept(part) for is_code, part in parts)


def _text_kept(part: str) -> str:
    """As ``_text``, with the blanks at the ends that separate it from code."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{_text(part)}{after}"
