"""The CI recipes of the docs as jobs: their steps, and a run of them as the CI server would run them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.docs.shell import ROOT
from tests.docs.stage import Stage

FOLDER = ROOT / "docs" / "ci"


@dataclass(frozen=True, slots=True)
class Step:
    """Commands that share a shell."""

    commands: str
    #: Below the workspace.
    directory: str = "."
    #: Whether it is run after a failure as well, and its own failure does not count.
    always: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A recipe's job."""

    steps: tuple[Step, ...]
    #: How the server starts a shell.
    shell: str
    #: Whether the recipe clones the project itself; otherwise the server's checkout puts it into ``compliance``.
    clones: bool


def github(file: str = "github-actions.yml", name: str = "compliance") -> Job:
    recipe = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    steps = [step for step in recipe["jobs"][name]["steps"] if "run" in step]
    return Job(
        tuple(Step(s["run"], s.get("working-directory", "."), s.get("if") == "always()") for s in steps),
        shell="set -e\n",
        clones=False,
    )


def gitlab(file: str = "gitlab-ci.yml", name: str = "cloud-link") -> Job:
    recipe = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))[name]
    steps = (Step("\n".join(recipe["script"])), Step("\n".join(recipe["after_script"]), always=True))
    return Job(steps, shell="set -eo pipefail\n", clones=True)


def jenkins(file: str = "Jenkinsfile") -> Job:
    text = (FOLDER / file).read_text(encoding="utf-8")
    stages, post = text.split("    post {", 1)
    steps = [Step(textwrap.dedent(found)) for found in _shells(stages)]
    steps += [Step(textwrap.dedent(found), always=True) for found in _shells(post)]
    return Job(tuple(steps), shell="set -xe\n", clones=True)


def _shells(text: str) -> list[str]:
    return re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)


#: The recipes that judge rules before they are applied.
RULES_JOBS = {
    "github": lambda: github("rules-github-actions.yml", "rules"),
    "gitlab": lambda: gitlab("rules-gitlab-ci.yml", "firewall-rules"),
    "jenkins": lambda: jenkins("rules-Jenkinsfile"),
}

JOBS = {"github": github, "gitlab": gitlab, "jenkins": jenkins}


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that ended."""

    #: The exit status of the step that failed; 0 where none did.
    status: int
    output: str


def run(job: Job, stage: Stage, variables: Mapping[str, str]) -> Ended:
    """Runs a job's steps in its workspace; after a failure only those that are always run."""
    status, output = 0, ""
    for step in job.steps:
        if status and not step.always:
            continue
        ended = stage.run(job.shell + step.commands, Path(stage.directory, step.directory), **variables)
        output += ended.stdout
        if not step.always:
            status = ended.returncode
        elif ended.returncode:
            raise AssertionError(f"{step.commands}\n{ended.stdout}")
    return Ended(status, output)
