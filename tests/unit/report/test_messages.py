"""Mail and chat: what they may hold, and how long they may be."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from sse_compliance.findings.results import Results
from sse_compliance.report.formats import report_bytes
from sse_compliance.report.messages.digest import digest
from tests.unit.report.samples import HEALTHY, UNREACHABLE, build, hostile, large_fleet, small_fleet

FLEETS = {"small": small_fleet(), "hostile": hostile(), "large": large_fleet(300, bad_share=1.0)}


def html_of(results: Results) -> str:
    mail = message_from_bytes(report_bytes(results, "eml"), policy=default)
    assert mail.defects == []
    body = mail.get_body(["html"])
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("fleet", FLEETS)
def test_a_mail_fetches_nothing_and_obeys_no_device(fleet: str) -> None:
    html = html_of(FLEETS[fleet])
    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert tags <= {"html", "head", "meta", "title", "body", "h1", "h2", "p", "b", "br", "table", "tr", "td", "span"}
    assert not re.search(r"<[^>]*(src|href|url\(|onmouseover)", html)


def test_a_mail_is_ascii_and_the_same_each_time() -> None:
    assert report_bytes(hostile(), "eml").isascii()
    assert report_bytes(small_fleet(), "eml") == report_bytes(small_fleet(), "eml")


def test_half_a_character_is_no_accident() -> None:
    base = small_fleet()
    results = replace(base, summary=replace(base.summary, why="half \udce4 a character"))
    assert b"half ? a character" in report_bytes(results, "eml")


@pytest.mark.parametrize("fleet", FLEETS)
def test_slack_takes_it(fleet: str) -> None:
    """Limits of Block Kit: 50 blocks, 150 characters of a header, 3,000 of a text."""
    message = json.loads(report_bytes(FLEETS[fleet], "slack"))
    assert len(message["blocks"]) <= 50
    for block in message["blocks"]:
        for text in block.get("elements", [block.get("text")]):
            assert text["type"] == "plain_text"
            assert 0 < len(text["text"]) <= (150 if block["type"] == "header" else 3000)
    assert not re.search("[<>&@]", message["text"])


@pytest.mark.parametrize("fleet", FLEETS)
def test_teams_takes_it(fleet: str) -> None:
    """28 kB of a message; all text in runs, which know no markup."""
    written = report_bytes(FLEETS[fleet], "teams")
    assert len(written) < 28_000
    body = json.loads(written)["attachments"][0]["content"]["body"]
    assert {block["type"] for block in body} == {"RichTextBlock"}
    assert {run["type"] for block in body for run in block["inlines"]} == {"TextRun"}


@pytest.mark.parametrize("form", ["eml", "slack", "teams"])
def test_what_was_not_assessed_is_told_by_name(form: str) -> None:
    written = report_bytes(build({"ftd-a": HEALTHY, "ftd-lost": UNREACHABLE}), form).decode()
    assert "ftd-lost" in written
    assert "Not assessed" in written


def test_what_is_left_out_is_counted() -> None:
    lost = next(part for part in digest(large_fleet(60, bad_share=1.0), 5).parts if part.heading == "Not assessed")
    assert len(lost.entries) == 5
    assert lost.rest == "and 10 more devices in the report"


def test_a_run_over_a_part_says_so() -> None:
    base = small_fleet()
    partial = replace(base, run=replace(base.run, partial="3 checks were not judged", of_devices=40))
    assert digest(partial, 5).sentences[0].startswith("12 of 40 devices: ")
    assert digest(partial, 5).sentences[1] == "Partial run: 3 checks were not judged"
