"""The recipes that judge rules before they are applied: a harmless change passes, one that loses a host does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import File, parts
from tests.docs.recipes import RULES_JOBS, run
from tests.docs.shell import ROOT, copy_project
from tests.docs.stage import Stage
from tests.docs.test_ci_recipes import managed_python

FILES = {part.name: part.text for part in parts(ROOT / "docs" / "firewall-rules.md") if isinstance(part, File)}
#: What a harmless change adds.
ADDED = "access-list MGMT_IN remark reviewed\n"


def git(directory: Path, *words: str) -> None:
    """A git command of somebody's."""
    command = ["git", "-C", str(directory), "-c", "user.name=t", "-c", "user.email=t@example.com", *words]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("name", RULES_JOBS)
def test_a_recipe_for_rules(tmp_path: Path, name: str) -> None:
    job = RULES_JOBS[name]()
    origin, workspace = tmp_path / "origin", tmp_path / "workspace"
    (origin / "rules").mkdir(parents=True)
    for file in ("behind-edge.yaml", "rules/edge.cfg"):
        (origin / file).write_text(FILES[file], encoding="utf-8")
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "the rules in force")
    git(tmp_path, "clone", "-q", str(origin), str(workspace))
    suite = workspace / "compliance" if not job.clones else tmp_path / "suite"
    copy_project(suite)
    summary = tmp_path / "summary.md"
    variables = {"BASE": "main", "GITHUB_STEP_SUMMARY": str(summary), **managed_python(tmp_path)}
    if job.clones:
        for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "the suite")):
            git(suite, *words)
        variables["COMPLIANCE_REPOSITORY"] = f"file://{suite}"
    stage = Stage(workspace, suite, {}, "no device is asked")

    edge = workspace / "rules" / "edge.cfg"
    edge.write_text(ADDED + FILES["rules/edge.cfg"], encoding="utf-8")
    harmless = run(job, stage, variables)
    assert harmless.status == 0, harmless.output
    assert "0 worse" in (workspace / "rules.md").read_text(encoding="utf-8")
    if job.clones:
        subprocess.run(["rm", "-rf", str(workspace / "compliance")], check=True)

    edge.write_text(FILES["proposed/edge.cfg"], encoding="utf-8")
    harmful = run(job, stage, variables)
    assert harmful.status == 1, harmful.output
    told = (workspace / "rules.md").read_text(encoding="utf-8")
    assert "| ftd-nyc-01 | eventing-ingest.sse.itd.cisco.com | blocked |" in told
    if name == "github":
        assert told in summary.read_text(encoding="utf-8")
