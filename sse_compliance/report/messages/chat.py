"""``slack.json`` and ``teams.json``: what an incoming webhook of Slack or a workflow of Microsoft Teams is sent.

Device texts stand in plain text (Slack's ``plain_text``, text runs of an adaptive card), where nothing is obeyed: no
mention, no link, no markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sse_compliance.files.text import for_json
from sse_compliance.findings.results import Results
from sse_compliance.report.messages.digest import Digest, Part, digest

#: Entries of a list: Slack takes 50 blocks of 3,000 characters, Teams 28 kB in all.
MOST = 5
#: Slack's limit of a header, and of a text.
HEADER, TEXT = 150, 3000


def render_slack(results: Results) -> str:
    """The message in Slack's Block Kit."""
    told = digest(results, MOST)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(f"{told.symbol} {told.heading}", HEADER)}]
    texts = ["\n".join((*told.sentences, told.devices, told.findings)), *map(_lines, told.parts)]
    blocks += [{"type": "section", "text": _plain(text, TEXT)} for text in texts]
    blocks.append({"type": "context", "elements": [_plain(told.foot, TEXT)]})
    # What a notification shows; of a few characters Slack makes links and mentions, and none of them is in it.
    return _json({"text": f"{told.heading}: {told.devices}", "mrkdwn": False, "blocks": blocks})


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": text if len(text) <= most else f"{text[: most - 1]}…", "emoji": False}


def _lines(part: Part) -> str:
    entries = "\n".join(f"• {entry.text}\n   {entry.devices}" for entry in part.entries)
    return "\n".join(filter(None, (part.heading, entries, part.rest)))


def render_teams(results: Results) -> str:
    """The message as an adaptive card."""
    told = digest(results, MOST)
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": list(_body(told)),
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return _json({"type": "message", "attachments": [attachment]})


def _body(told: Digest) -> Iterator[dict[str, Any]]:
    tone = {"passed": "good", "failed": "attention"}.get(told.verdict, "warning")
    yield _runs(_run(f"{told.symbol} {told.heading}", size="large", weight="bolder", color=tone))
    for sentence in told.sentences:
        yield _runs(_run(sentence))
    yield _runs(_run(told.devices, weight="bolder"))
    yield _runs(_run(told.findings))
    for part in told.parts:
        yield _runs(_run(part.heading, weight="bolder")) | {"separator": True, "spacing": "medium"}
        for entry in part.entries:
            yield _runs(_run(f"{entry.text}: "), _run(entry.devices, isSubtle=True))
        if part.rest:
            yield _runs(_run(part.rest, isSubtle=True))
    yield _runs(_run(told.foot, isSubtle=True, size="small"))


def _runs(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **style: object) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}


def _json(document: object) -> str:
    return for_json(json.dumps(document, indent=1, ensure_ascii=False)) + "\n"
