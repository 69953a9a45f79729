"""``compliance.eml``: the run as a mail, HTML with a text of the same words. Nothing in it is fetched from elsewhere.

It has no sender and no recipient: who sends it puts them before it.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined

from sse_compliance.files.text import one_line
from sse_compliance.findings.results import Results
from sse_compliance.report.messages.digest import Digest, digest

#: Entries of a list.
MOST = 20
#: The tones of a verdict, dark enough on white.
TONES = {"passed": "#0e5a2d", "failed": "#9c1c12"}
TONE_OF_UNKNOWN = "#7a4200"


def render_mail(results: Results) -> str:
    """The mail as text: all of it ASCII, its parts quoted-printable."""
    told = digest(results, MOST)
    text, html = (part.encode("utf-8", "replace").decode() for part in (_text(told), _html(told)))
    message = EmailMessage(policy=default.clone(linesep="\n"))
    message["Subject"] = one_line(f"{told.symbol} {told.heading}: {told.devices}", 200)
    if moment := _moment(results.run.finished_at):
        message["Date"] = moment
    message["X-SSE-Verdict"] = told.verdict
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # The same results give the same mail.
    message.set_boundary(f"sse-{sha256((text + html).encode()).hexdigest()[:32]}")
    return message.as_string()


def _moment(text: str) -> str | None:
    try:
        return format_datetime(datetime.fromisoformat(text))
    except ValueError:
        return None


def _text(told: Digest) -> str:
    lines = [f"{told.symbol} {told.heading}", "", *told.sentences, "", told.devices, told.findings]
    for part in told.parts:
        lines += ["", part.heading.upper(), ""]
        for entry in part.entries:
            lines += [f"* {entry.devices}", f"  {entry.text}"]
            lines += [f"  {one_line(entry.remedy, 600)}"] if entry.remedy else []
        lines += [part.rest] if part.rest else []
    return "\n".join([*lines, "", "-- ", told.foot, ""])


def _html(told: Digest) -> str:
    tone = TONES.get(told.verdict, TONE_OF_UNKNOWN)
    return _environment().get_template("mail.html.j2").render(told=told, tone=tone, one_line=one_line)


@cache
def _environment() -> Environment:
    loader = PackageLoader("sse_compliance.report")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
