"""``history.html``: one static page of many runs, complete without JavaScript and under a strict content policy."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.finding import State
from sse_compliance.report.history.drawing import STEP, TALL, columns, strip
from sse_compliance.report.history.story import Story, duration
from sse_compliance.report.printing import made_visible
from sse_compliance.report.words import STATES, VERDICTS

#: Breakages that are listed, and the longest text of any one value.
MOST, LONGEST = 500, 2_000


def render_history(story: Story, unreadable: Sequence[str], now: datetime) -> str:
    """The page.

    Args:
        story: of the runs.
        unreadable: the files that are not in it, each with why.
        now: when it is made.
    """
    style = files("sse_compliance.report").joinpath("templates", "history.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("history.html.j2")
        .render(
            story=story,
            last=story.points[-1],
            unreadable=unreadable,
            now=now,
            style=Markup(style),  # noqa: S704  a file of the package's  # nosec B704
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'",
            width=len(story.points) * STEP,
            tall=TALL,
            columns=columns(story.points, len(story.devices)),
            most=MOST,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sse_compliance.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=made_visible(LONGEST),
    )
    environment.filters |= {"moment": _moment, "duration": duration, "plural": plural, "one_line": one_line}
    environment.globals |= {"STATES": STATES, "VERDICTS": VERDICTS, "State": State, "strip": strip}
    return environment


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
