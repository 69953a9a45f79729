"""The CI recipes: their commands, word for word, pass a harmless change and stop a harmful one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from sse_compliance.lab.lab import Lab
from tests.docs.recipes import FOLDER, JOBS, Job, run
from tests.docs.shell import ROOT
from tests.docs.stage import Stage, a_stage

#: Where the dependencies are, so that the jobs need not fetch them again: tests/package installs them for real.
DEPENDENCIES = sysconfig.get_paths()["purelib"]

#: A link would find the libraries of the environment that the tests run in. pip comes with the dependencies: putting it
#: into each environment takes longer than installing the project.
PYTHON = f"""#!/bin/sh
[ "$1 $2" != "-m venv" ] || set -- "$@" --without-pip
exec {getattr(sys, "_base_executable")} "$@"
"""  # noqa: B009  typeshed does not know it

APPLY = '#!/bin/sh\necho "$1" >> applied\n'


def managed_python(directory: Path) -> dict[str, str]:
    """A machine whose Python belongs to the system, as on Debian 12: pip wants a virtual environment."""
    programs = directory / "programs"
    programs.mkdir()
    (programs / "python3").write_text(PYTHON, encoding="utf-8")
    (programs / "python3").chmod(0o755)
    return {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": f"{DEPENDENCIES}:{ROOT / 'tests' / 'integration'}",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_NO_DEPS": "1",
        # pip turns the option on by a word for no.
        "PIP_NO_BUILD_ISOLATION": "0",
    }


@pytest.fixture(scope="module")
def baseline(docs_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is true of the stage before the change."""
    with a_stage(docs_lab, tmp_path_factory.mktemp("baseline"), project="compliance", inventory="stage.yaml") as stage:
        ended = stage.run("pytest -q --inventory=../stage.yaml --save-baseline=../baseline.json", stage.project)
        assert ended.returncode == 0, ended.stdout
        return (stage.directory / "baseline.json").read_text("utf-8")


def prepare(job: Job, stage: Stage, baseline: str) -> dict[str, str]:
    """The repository of the rules, as a recipe expects it; gives the variables of the job."""
    script = stage.directory / "apply-rules"
    script.write_text(APPLY, encoding="utf-8")
    script.chmod(0o755)
    (stage.directory / "baseline.json").write_text(baseline, encoding="utf-8")
    if not job.clones:
        return {"GITHUB_STEP_SUMMARY": str(stage.directory / "summary.md")}
    origin = stage.directory / "origin"
    stage.project.rename(origin)
    git = ["git", "-C", str(origin), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "the suite"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    return {"COMPLIANCE_REPOSITORY": f"file://{origin}"}


@pytest.mark.parametrize("name", JOBS)
def test_a_recipe(docs_lab: Lab, tmp_path: Path, name: str, baseline: str) -> None:
    job = JOBS[name]()
    with a_stage(docs_lab, tmp_path, project="compliance", inventory="stage.yaml") as stage:
        variables = {**prepare(job, stage, baseline), **managed_python(tmp_path)}
        refused = stage.run("python3 -m pip install pytest", tmp_path, **variables)
        assert refused.returncode != 0, "pip must not install outside of a virtual environment here"
        junit = tmp_path / "compliance" / "reports" / "junit.xml"
        summary = tmp_path / "summary.md"
        written = tmp_path / "compliance" / "reports" / "compliance.md"

        harmless = run(job, stage, variables)
        assert harmless.status == 0, harmless.output
        assert "SSE-VERDICT: passed exit=0 devices=3 " in harmless.output
        assert failures(junit) == set()
        if job.clones:
            shutil.rmtree(tmp_path / "compliance")

        stage.put("ftd-nyc-01", "ftd-blocked-ingest")
        summary.unlink(missing_ok=True)
        harmful = run(job, stage, variables)
        assert harmful.status == 1, harmful.output
        assert "SSE-VERDICT: failed exit=1 devices=3 " in harmful.output
        told = (written if job.clones else summary).read_text(encoding="utf-8")
        assert told.startswith("## ✕ Failed")
        assert told.index("### New since the baseline") < told.index("### What to fix")
        assert ("SSE-NET-01", "ftd-nyc-01", "eventing-ingest.sse.itd.cisco.com") in failures(junit)
        assert {device for _, device, _ in failures(junit)} == {"ftd-nyc-01"}
        assert (tmp_path / "applied").read_text(encoding="utf-8") == "stage\nstage\n"


def failures(junit: Path) -> set[tuple[str, str, str]]:
    """Requirement, device and host of each test case that failed, from the properties that it carries."""
    failed = set()
    for case in ElementTree.parse(junit).iter("testcase"):
        properties = {entry.get("name"): entry.get("value", "") for entry in case.iter("property")}
        if case.find("failure") is not None:
            failed.add((properties["requirement"], properties["device"], properties.get("target", "")))
    return failed


def test_the_recipes_show_report_and_junit_whatever_the_outcome() -> None:
    gitlab = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8"))["cloud-link"]["artifacts"]
    assert gitlab["when"] == "always"
    assert gitlab["reports"]["junit"] == "compliance/reports/junit.xml"
    github = yaml.safe_load((FOLDER / "github-actions.yml").read_text(encoding="utf-8"))
    upload = github["jobs"]["compliance"]["steps"][-1]
    assert (upload["if"], upload["with"]["path"]) == ("always()", "compliance/reports")
    _, _, post = (FOLDER / "Jenkinsfile").read_text(encoding="utf-8").partition("always {")
    assert "junit 'compliance/reports/junit.xml'" in post
