"""``render`` and ``merge`` as a user calls them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.findings.results import Verdict
from sse_compliance.findings.results_file import read_results, write_results
from sse_compliance.report.formats import FORMATS, report_bytes
from sse_compliance.verbs import merge, render
from tests.unit.report.samples import HEALTHY, WRONG_PORT, build, small_fleet


def run_render(*argv: str | Path) -> int:
    parser = argparse.ArgumentParser()
    render.add_arguments(parser)
    return render.run(parser.parse_args([str(word) for word in argv]))


def run_merge(*argv: str | Path) -> int:
    parser = argparse.ArgumentParser()
    merge.add_arguments(parser)
    return merge.run(parser.parse_args([str(word) for word in argv]))


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "run" / "compliance.json"
    path.parent.mkdir()
    write_results(small_fleet(), path)
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_each_form_is_written_to_the_folder_named(form: str, stored: Path, tmp_path: Path) -> None:
    assert run_render(stored, "--format", form, "--output", tmp_path / "new" / "folder") == 0
    written = tmp_path / "new" / "folder" / FORMATS[form].file_name
    assert written.read_bytes() == report_bytes(small_fleet(), form)


def test_without_options_the_page_lies_beside_the_results(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_render(stored) == 0
    assert (stored.parent / "compliance.html").is_file()
    assert capsys.readouterr().out.strip() == str(stored.parent / "compliance.html")


def test_a_report_can_go_to_the_standard_output(stored: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_render(stored, "--format", "md", "--output", "-") == 0
    assert capfd.readouterr().out == report_bytes(small_fleet(), "md").decode()


def test_the_folder_form(stored: Path, tmp_path: Path) -> None:
    assert run_render(stored, "--report-dir", tmp_path / "site") == 0
    assert (tmp_path / "site" / "report.css").is_file()
    assert not (stored.parent / "compliance.html").exists()


def test_without_a_browser_paper_is_an_input_error(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="no Chromium is installed here"):
        run_render(stored, "--format", "pdf")
    assert not (stored.parent / "compliance.pdf").exists()


def test_a_browser_that_prints_nothing_is_told(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\necho 'no usable sandbox' >&2\nexit 1\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="has printed nothing: no usable sandbox"):
        run_render(stored, "--format", "pdf")
    assert not (stored.parent / "compliance.pdf").exists()


def test_all_of_the_page_goes_on_paper_by_choice(stored: Path) -> None:
    page = stored.parent / "compliance.html"
    for choice, kind in ((["--print", "full"], "full"), ([], "short")):
        assert run_render(stored, *choice) == 0
        assert f'<body class="{kind}">' in page.read_text()


def test_two_reports_on_one_output_are_refused(stored: Path) -> None:
    with pytest.raises(InputError, match="exactly one --format"):
        run_render(stored, "--format", "md", "--format", "csv", "--output", "-")


def test_a_folder_that_is_a_file_is_an_input_error(stored: Path) -> None:
    with pytest.raises(InputError, match="can't be written"):
        run_render(stored, "--output", stored)


def test_merge_writes_results_and_gives_their_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, fault in (("a", HEALTHY), ("b", WRONG_PORT)):
        (tmp_path / name).mkdir()
        write_results(build({name: fault}), tmp_path / name / "compliance.json")
    target = tmp_path / "all" / "compliance.json"
    assert run_merge(tmp_path / "a/compliance.json", tmp_path / "b/compliance.json", "--output", target) == 1
    whole = read_results(target)
    assert [device.name for device in whole.devices] == ["a", "b"]
    assert whole.devices[0].evidence_file == "../a/evidence/a.json"
    assert "failed" in capsys.readouterr().out


def test_findings_taken_out_of_a_results_file_do_not_make_it_pass(tmp_path: Path) -> None:
    for name, fault in (("a", HEALTHY), ("b", WRONG_PORT)):
        write_results(build({name: fault}), tmp_path / f"{name}.json")
    data = json.loads((tmp_path / "b.json").read_text())
    data["findings"] = [finding for finding in data["findings"] if finding["state"] != "non-compliant"]
    (tmp_path / "b.json").write_text(json.dumps(data))
    target = tmp_path / "all.json"
    with pytest.raises(
        InputError, match=r"b\.json:1: devices\[0\]\.state: b is non-compliant, but by its findings it is"
    ):
        run_merge(tmp_path / "a.json", tmp_path / "b.json", "--output", target)
    # Whoever mends the rest of the file as well is still told by the verdict.
    data["devices"][0]["state"] = "compliant"
    data["summary"] |= {"devices": {"compliant": 1}, "states": {"compliant": len(data["findings"])}, "severities": {}}
    data["root_causes"] = []
    (tmp_path / "b.json").write_text(json.dumps(data))
    assert run_merge(tmp_path / "a.json", tmp_path / "b.json", "--output", target) == 2
    assert read_results(target).summary.verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"a":' * 200_000])
def test_lists_within_lists_are_an_input_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "compliance.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"compliance\.json:1: .* too deep"):
        run_render(path)
    with pytest.raises(InputError, match=r"compliance\.json:1: .* too deep"):
        run_merge(path, "--output", tmp_path / "all.json")
