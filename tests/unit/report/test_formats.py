"""The same findings give the same verdict and counts in every form, and hostile text stays text in each."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from email import message_from_string
from email.policy import default
from html import unescape
from typing import Any

import pytest
from markdown_it import MarkdownIt

from sse_compliance.findings.finding import Exhibit, State
from sse_compliance.findings.results import Results
from sse_compliance.report.formats import FORMATS, report_bytes
from sse_compliance.report.html import _long
from sse_compliance.report.html import _prose as _prose_of_html
from sse_compliance.report.markdown import _code, _prose, _text
from tests.unit.report.samples import build, hostile, large_fleet, small_fleet

SAMPLES = {"small": small_fleet(), "hostile": hostile(), "large": large_fleet(20, bad_share=0.3)}


@dataclass(frozen=True, slots=True)
class Told:
    """What a form says of a run."""

    verdict: str
    states: dict[str, int]


def told_by_json(text: str) -> Told:
    data = json.loads(text)
    return Told(
        data["summary"]["verdict"],
        dict(Counter("waived" if finding.get("waiver") else finding["state"] for finding in data["findings"])),
    )


def told_by_html(text: str) -> Told:
    verdict = re.search(r"</span> ([A-Z][a-z ]+)</h1>", text)
    (card,) = re.findall(r"<h3>Findings</h3>.*?</div>", text, re.DOTALL)
    counts = re.findall(r'</b> ([a-z -]+) <span class="n">([\d,]+)', card)
    assert verdict is not None
    return Told(verdict[1].lower(), {state: int(count.replace(",", "")) for state, count in counts})


def told_by_junit(text: str) -> Told:
    suite = ET.fromstring(text)[0]
    cases = suite.findall("testcase")
    states = Counter(_property(case, "state") for case in cases)
    assert int(suite.attrib["tests"]) == len(cases)
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) == states["non-compliant"]
    assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error")) == states["not assessed"]
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    return Told(_property(suite, "verdict"), dict(states))


def _property(element: ET.Element, name: str) -> str:
    (found,) = (entry for entry in element.findall("properties/property") if entry.get("name") == name)
    return found.attrib["value"]


def told_by_markdown(text: str) -> Told:
    head, findings = (
        next(line for line in text.splitlines() if line.startswith(start)) for start in ("|  |", "| findings |")
    )
    names = [cell.strip().split(" ", 1)[1] for cell in head.split("|")[2:-1]]
    counts = [int(cell.replace(",", "")) for cell in findings.split("|")[2:-1]]
    verdict = re.match(r"## \S ([A-Za-z ]+) –", text)
    assert verdict is not None
    return Told(verdict[1].lower(), dict(zip(names, counts, strict=True)))


def told_by_csv(text: str) -> Told:
    rows = list(csv.DictReader(io.StringIO(text)))
    (verdict,) = {row["verdict"] for row in rows}
    return Told(verdict, dict(Counter(row["state"] for row in rows)))


def told_by_hdf(text: str) -> Told:
    (profile,) = json.loads(text)["profiles"]
    verdict = re.match(r"Verdict: ([a-z ]+)\.", profile["summary"])
    assert verdict is not None
    return Told(verdict[1], dict(Counter(_hdf_state(control) for control in profile["controls"])))


def _hdf_state(control: dict[str, Any]) -> str:
    """By Heimdall's rules (inspecjs, ExecControl.compute_status), not by our own tag."""
    (result,) = control["results"]
    status: str = result["status"]
    if status == "error":
        return "not assessed"
    if "waiver_data" in control:
        return "waived"
    if control["impact"] == 0:
        return "not applicable"
    return {"failed": "non-compliant", "passed": "compliant", "skipped": "advisory"}[status]


def told_by_prometheus(text: str) -> Told:
    verdict = re.search(r'^sse_compliance_verdict{verdict="([a-z ]+)"} 1$', text, re.MULTILINE)
    counts = re.findall(r'^sse_compliance_findings{state="([a-z -]+)"} (\d+)$', text, re.MULTILINE)
    assert verdict is not None
    return Told(verdict[1], {state: int(count) for state, count in counts})


def told_by_sarif(text: str) -> Told:
    """What is open, one by one; the rest as counts."""
    (run,) = json.loads(text)["runs"]
    counted = run["properties"]["findings"]
    shown = Counter(result["properties"]["state"] for result in run["results"])
    assert run["invocations"][0]["exitCodeDescription"].startswith(run["properties"]["verdict"] + ": ")
    assert all("not assessed: " in r["message"]["text"] for r in run["results"] if r["level"] == "warning")
    assert all(r.get("suppressions") for r in run["results"] if r["properties"]["state"] == "waived")
    return Told(run["properties"]["verdict"], dict(shown) | {state: counted.get(state, 0) for state in CLOSED})


def told_by_code_quality(text: str) -> Told:
    verdict, *issues = json.loads(text)
    said = re.match(r"Verdict: ([a-z ]+)\. .* [\d,]+ findings?: (.*)", verdict["description"])
    assert said is not None
    counted = told_in_words(said[2])
    shown = Counter(re.search(r": ([a-z -]+): ", issue["description"])[1] for issue in issues)  # type: ignore[index]
    return Told(said[1], dict(shown) | {state: counted.get(state, 0) for state in CLOSED})


CLOSED = ("compliant", "not applicable")


def told_in_words(text: str) -> dict[str, int]:
    """Of ``36 non-compliant, 1 advisory``."""
    return {state: int(count.replace(",", "")) for count, state in re.findall(r"([\d,]+) ([a-z -]+)", text)}


def told_by_message(text: str) -> Told:
    counts = re.search(r"^[\d,]+ findings?: (.*)", text, re.MULTILINE)
    verdict = re.search(r"\S ([A-Z][a-z ]+) – cloud link compliance", text)
    assert counts is not None
    assert verdict is not None
    return Told(verdict[1].lower(), told_in_words(counts[1]))


def told_by_mail(text: str) -> Told:
    """Text and HTML alike, and as the subject has it."""
    mail = message_from_string(text, policy=default)
    plain, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    told = told_by_message(plain)
    assert told_by_message("\n".join(re.findall(r">([^<]+)<", unescape(html)))) == told
    assert mail["X-SSE-Verdict"] == told.verdict
    assert f"{told.verdict.capitalize()} –" in mail["Subject"]
    return told


def told_by_slack(text: str) -> Told:
    blocks = json.loads(text)["blocks"]
    texts = [part["text"] for block in blocks for part in (block.get("text"), *block.get("elements", ())) if part]
    return told_by_message("\n".join(texts))


def told_by_teams(text: str) -> Told:
    (attachment,) = json.loads(text)["attachments"]
    body = attachment["content"]["body"]
    return told_by_message("\n".join("".join(run["text"] for run in block["inlines"]) for block in body))


READERS = {
    "json": told_by_json,
    "html": told_by_html,
    "junit": told_by_junit,
    "md": told_by_markdown,
    "csv": told_by_csv,
    "hdf": told_by_hdf,
    "prometheus": told_by_prometheus,
    "sarif": told_by_sarif,
    "codequality": told_by_code_quality,
    "eml": told_by_mail,
    "slack": told_by_slack,
    "teams": told_by_teams,
}


def test_every_form_is_compared() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_form_tells_the_same_verdict_and_counts(sample: str, form: str) -> None:
    results = SAMPLES[sample]
    told = READERS[form](report_bytes(results, form).decode())
    assert told.verdict == results.summary.verdict
    assert {state: count for state, count in told.states.items() if count} == results.summary.states


@pytest.mark.parametrize("form", FORMATS)
def test_a_run_without_devices_can_be_rendered(form: str) -> None:
    READERS["json"](report_bytes(build({}), "json").decode())
    assert report_bytes(build({}), form)


def named_by_an_enemy() -> Results:
    """Hostile text in what is short and plain as a rule, too: names, hosts, regions, versions, tags."""
    base, text = hostile(), 'a\x1b[31m\u202e\x9b\n"\\'
    names = {device.name: f"{text}{number}" for number, device in enumerate(base.devices)}
    devices = tuple(
        replace(one, name=names[one.name], region=text, platform=text, version=text, model=text, tags=(text,))
        for one in base.devices
    )
    findings = tuple(replace(one, device=names.get(one.device, one.device), target=text) for one in base.findings)
    causes = tuple(replace(one, devices=tuple(names[name] for name in one.devices)) for one in base.root_causes)
    run = replace(base.run, version=text, selection=text, title=text, change=text)
    return replace(base, devices=devices, findings=findings, root_causes=causes, run=run)


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_passes_on_what_a_screen_obeys(form: str) -> None:
    """Control characters, C1, bidirectional and other formatting ones."""
    told = report_bytes(named_by_an_enemy(), form).decode()
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", told) == []


@pytest.mark.parametrize("form", ["json", "hdf", "sarif", "codequality", "slack", "teams"])
def test_json_that_is_printed_is_no_command_to_a_ci_system(form: str) -> None:
    told = report_bytes(hostile(), form).decode()
    assert re.findall(r"^[ \t]*::.*|##\w*\[|SSE-VERDICT", told, re.MULTILINE) == []


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"]
)
def test_a_spreadsheet_runs_no_cell_of_the_csv(text: str) -> None:
    base = hostile()
    findings = tuple(replace(one, observed=text, reason=one.reason and text) for one in base.findings)
    rows = list(csv.reader(io.StringIO(report_bytes(replace(base, findings=findings), "csv").decode())))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]


def test_markdown_of_hostile_text_renders_without_markup_of_its_own() -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(report_bytes(hostile(), "md").decode())
    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert tags <= {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "ul", "li", "sub"}
    assert {len(re.findall("<t[hd]", row)) for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)} <= {3, 5}


@pytest.mark.parametrize("results", [large_fleet(300, bad_share=1.0), small_fleet()], ids=["all bad", "small"])
def test_markdown_is_short(results: Results) -> None:
    assert len(report_bytes(results, "md")) < 20_000


def test_prometheus_gives_every_state_a_sample() -> None:
    text = report_bytes(build({}), "prometheus").decode()
    for state in State:
        assert f'sse_compliance_devices{{state="{state.value}"}} 0\n' in text


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_prometheus_line_is_well_formed(sample: str) -> None:
    line = re.compile(r'# (HELP|TYPE) .+|[a-z_]+({([a-z]+="([^"\\\n]|\\["\\])*",?)+})? -?[0-9.e+]+')
    for text in report_bytes(SAMPLES[sample], "prometheus").decode().splitlines():
        assert line.fullmatch(text), text


MEGABYTE = "lorem ipsum " * 90_000


@pytest.mark.parametrize(
    ("form", "most"),
    [
        ("html", 400_000),
        ("md", 40_000),
        ("junit", 200_000),
        ("hdf", 300_000),
        ("sarif", 40_000),
        ("codequality", 40_000),
        ("eml", 40_000),
    ],
)
def test_every_text_has_a_bound(form: str, most: int) -> None:
    """A device may say a megabyte wherever it says something; the results file and the evidence hold it whole."""
    base = small_fleet()
    exhibit = Exhibit("p", MEGABYTE, 1, MEGABYTE, MEGABYTE)
    wordy = [
        replace(f, expected=MEGABYTE, observed=MEGABYTE, reason=f.reason and MEGABYTE, evidence=(exhibit,))
        for f in base.findings
        if f.state in (State.NON_COMPLIANT, State.NOT_ASSESSED)
    ][:2]
    assert len(wordy) == 2
    others = [f for f in base.findings if f.key not in {w.key for w in wordy}]
    plain = len(report_bytes(base, form))
    assert len(report_bytes(replace(base, findings=(*wordy, *others)), form)) < plain + most


HOSTILE = (
    "a|b", "`x`", "``x```y", "*bold* _it_ ~~no~~", "[a](http://x.example)", "![a](b)", "<b>x</b>", "&lt;", "a\\|b",
    "# head", "<!-- x", "@somebody", "{{ x }}", "`", "|", "a`|`b",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    # Prose has code of its own, between backticks.
    for escape in (_text, _code) if "`" in text else (_text, _code, _prose):
        assert _rendered(escape(text)) == [text, "end"]
        assert "@" not in escape(text) or escape is _code, "nobody is notified"


def _rendered(cell: str) -> list[str]:
    table = f"| a | b |\n| --- | --- |\n| {cell} | end |\n"
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(table)
    cells = re.findall(r"<td>(.*?)</td>", html, re.DOTALL)
    return [unescape(re.sub(r"</?code>", "", shown)) for shown in cells]


def test_markdown_lists_so_many_devices_and_counts_the_rest() -> None:
    base = large_fleet(300, bad_share=1.0)
    lost = tuple(replace(device, error="timed out") for device in base.devices[:25])
    cause = replace(base.root_causes[0], devices=tuple(f"dev-{n}" for n in range(9)))
    text = report_bytes(replace(base, devices=lost, root_causes=(cause,)), "md").decode()
    assert text.count(" `timed out`") == 20
    assert "`dev-5`" in text
    assert "`dev-6`" not in text


@pytest.mark.parametrize(("shown", "most"), [(_prose_of_html, 4_100), (_long, 201_000)])
def test_prose_and_lists_of_the_page_have_a_bound(shown: Callable[[str], str], most: int) -> None:
    assert 3_000 < len(shown(MEGABYTE)) < most
