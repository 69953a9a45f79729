"""``compliance.html``: one static page, complete without JavaScript and under a strict content policy."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sse_compliance.catalogue.areas import AREAS
from sse_compliance.catalogue.levels import Severity
from sse_compliance.errors import InputError
from sse_compliance.evidence.evidence_files import masked_evidence
from sse_compliance.evidence.evidence_files import read as read_evidence
from sse_compliance.evidence.evidence_files import write as write_evidence
from sse_compliance.evidence.record import Evidence
from sse_compliance.files.text import capped, one_line, plural, split_code, visible
from sse_compliance.files.writing import make_folder, make_folder_inside, write_whole
from sse_compliance.findings.finding import State
from sse_compliance.findings.numbers import numbers
from sse_compliance.findings.results import DeviceResult, Results, Run
from sse_compliance.report.grouping import failing_causes, keys_by_requirement, other_causes
from sse_compliance.report.page.anchors import anchor, cause_anchor
from sse_compliance.report.page.device import CAUSES
from sse_compliance.report.page.whole import page
from sse_compliance.report.printing import made_visible
from sse_compliance.report.words import (
    STATES,
    VERDICTS,
    beside_new,
    device_line,
    gate_words,
    judge_again,
    named,
    said,
    scope,
)

#: The longest text that the page shows of any one value, in characters.
LONGEST = 4_000

STYLE, SCRIPT = "report.css", "report.js"


def render_html(results: Results, *, print_full: bool = False) -> str:
    """The page as one file, style and script inside it and pinned by a content policy of its own.

    Args:
        results: what to show.
        print_full: whether paper gets all of it, unfolded, and not only what is signed off.
    """
    return _render(results, style=_static(STYLE), script=_static(SCRIPT), print_full=print_full)


def write_html(results: Results, path: Path, *, print_full: bool = False) -> None:
    """Write the page as one file.

    Args:
        results: what to show.
        path: of the file.
        print_full: as for `render_html`.

    Raises:
        OSError: the file can't be written.
    """
    write_whole(path, render_html(results, print_full=print_full))


def write_html_directory(
    results: Results,
    directory: Path,
    evidence_from: Path | None = None,
    inside: Path | None = None,
    mask: Callable[[str], str] = str,
    *,
    print_full: bool = False,
) -> Path:
    """Write the page, its style and its script as files of their own, for servers that forbid inline style.

    Args:
        results: what to show.
        directory: made where it is missing.
        evidence_from: the folder that the devices' evidence files are relative to; they are copied beside the page.
        inside: the folder that an evidence file must be in to be copied; ``evidence_from`` where None. Results may come
            from elsewhere and name any file of the user's.
        mask: takes out of the evidence what a run masked in a replay; the files that it was read from stay as they are.
        print_full: as for `render_html`.

    Returns:
        The page.

    Raises:
        OSError: a file can't be written.
    """
    make_folder(directory)
    for name in (STYLE, SCRIPT):
        write_whole(directory / name, _static(name))
    if evidence_from is not None:
        results = _with_evidence(results, evidence_from, inside or evidence_from, directory, mask)
    target = directory / "compliance.html"
    write_whole(target, _render(results, style=None, script=None, print_full=print_full))
    return target


def _with_evidence(
    results: Results, source: Path, inside: Path, directory: Path, mask: Callable[[str], str]
) -> Results:
    """The results with their evidence files beside the page, copied there; what is none of a device is not copied."""
    folder = make_folder_inside(directory, "evidence")
    devices = []
    for device in results.devices:
        evidence = _evidence_of(device, source, inside)
        if evidence is not None:
            write_evidence(masked_evidence(evidence, mask), folder)
        name = f"evidence/{device.name}.json" if evidence is not None else None
        devices.append(replace(device, evidence_file=name))
    return replace(results, devices=tuple(devices))


def _evidence_of(device: DeviceResult, source: Path, inside: Path) -> Evidence | None:
    if device.evidence_file is None:
        return None
    try:
        evidence = read_evidence(source / device.evidence_file, inside=inside)
    except InputError:
        return None
    return evidence if evidence.device.name == device.name else None


def _render(results: Results, *, style: str | None, script: str | None, print_full: bool) -> str:
    policy = None
    if style is not None and script is not None:
        policy = (
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
    return (
        _environment()
        .get_template("compliance.html.j2")
        .render(
            results=results,
            page=page(results),
            causes=failing_causes(results),
            others=other_causes(results),
            most_causes=CAUSES,
            titles={requirement.id: requirement.title for requirement in results.requirements},
            policy=policy,
            style=_own(style),
            script=_own(script),
            print_full=print_full,
        )
    )


def _own(text: str | None) -> Markup | None:
    """A file of the package's, as it is."""
    return None if text is None else Markup(text)  # noqa: S704  nothing of a device's  # nosec B704


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


@cache
def _static(name: str) -> str:
    return files("sse_compliance.report").joinpath("templates", name).read_text(encoding="utf-8")


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
    environment.filters |= {
        "anchor": anchor,
        "prose": _prose,
        "moment": _moment,
        "plural": plural,
        "one_line": one_line,
        "keys": keys_by_requirement,
        "said": said,
        "long": _long,
        "short": _short,
        "cause_anchor": cause_anchor,
    }
    environment.globals |= {
        "AREAS": AREAS,
        "STATES": STATES,
        "VERDICTS": VERDICTS,
        "State": State,
        "SEVERITIES": list(Severity),
        "device_line": device_line,
        "duration": _duration,
        "gate": gate_words,
        "beside_new": beside_new,
        "numbers": numbers,
        "scope": scope,
        "named": named,
        "judge_again": judge_again,
    }
    return environment


def _long(text: str) -> Markup:
    """A list of names, which may be long; each name is short."""
    return escape(visible(capped(text, 50 * LONGEST)))


def _short(text: str) -> str:
    return one_line(text, 110)


def _prose(text: str) -> Markup:
    """Text of the catalogue: ```` `command` ```` becomes code, a line end a line end."""
    parts = split_code(visible(capped(text.strip(), LONGEST)))
    html = Markup("").join(
        Markup("<code>{}</code>").format(part) if is_code else escape(part) for is_code, part in parts
    )
    return html.replace("\n", Markup("<br>\n"))


def _moment(text: str) -> str:
    """A time stamp as people read it; whatever else it is, unchanged."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    zone = "UTC" if not moment.utcoffset() else f"{moment:%z}"
    return f"{moment:%Y-%m-%d %H:%M} {zone}"


def _duration(run: Run) -> str:
    try:
        seconds = (datetime.fromisoformat(run.finished_at) - datetime.fromisoformat(run.started_at)).total_seconds()
    except (ValueError, TypeError):
        return "unknown"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
