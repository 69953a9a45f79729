"""The nightly job as cron runs it, over the lab's devices; units and alerts by the tools that will read them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from email import message_from_string
from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from tests.docs.pages import File, parts
from tests.docs.shell import PASSWORD_VARIABLE, ROOT
from tests.docs.stage import Stage, a_stage

FILES = {part.name: part.text for part in parts(ROOT / "docs" / "monitoring.md") if isinstance(part, File)}
NIGHTLY, CRON = FILES["usr/local/bin/sse-nightly"], FILES["etc/cron.d/sse-compliance"]

#: Prints what it is given, as a mail that would be sent.
SENDMAIL = '#!/bin/sh\n[ "$*" = -t ] && cat >> {}/mails\n'


class Machine:
    """A folder in place of a machine's root: what the page puts there, and a fleet's inventory."""

    def __init__(self, stage: Stage, root: Path) -> None:
        self.root = root
        for folder in ("var/lib/sse-compliance", "var/lib/prometheus/node-exporter", "etc/sse-compliance"):
            (root / folder).mkdir(parents=True)
        self._script("usr/local/bin/sse-nightly", NIGHTLY)
        self._script("usr/sbin/sendmail", SENDMAIL.format(root))
        self._script("usr/local/bin/sse-compliance", f'#!/bin/sh\nexec {sys.executable} -m sse_compliance "$@"\n')
        for name in ("fleet.yaml", "known_hosts"):
            shutil.copy(stage.directory / name, root / "etc/sse-compliance")
        secrets = root / "etc/sse-compliance/secrets"
        secrets.write_text(f"export {PASSWORD_VARIABLE}='{stage.password}'\n")

    def _script(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.here(text))
        path.chmod(0o755)

    def here(self, text: str) -> str:
        """A text whose absolute paths are below this root."""
        for top in ("/var/lib", "/etc/sse-compliance", "/usr/sbin/sendmail"):
            text = text.replace(top, f"{self.root}{top}")
        return text

    def by_cron(self) -> subprocess.CompletedProcess[str]:
        """What cron does with the page's line: its own shell, next to no environment."""
        path, line = (entry for entry in CRON.splitlines() if entry)
        command = line.split(maxsplit=6)[6]
        assert line.split()[5] == "sse-compliance", "an ordinary user's"
        environment = {
            "HOME": str(self.root / "var/lib/sse-compliance"),
            "SHELL": "/bin/sh",
            "PATH": f"{self.root}/usr/local/bin:{path.removeprefix('PATH=')}",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "integration"))),
        }
        return subprocess.run(
            ["/bin/sh", "-c", self.here(command)],
            cwd=environment["HOME"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    @property
    def figures(self) -> str:
        return (self.root / "var/lib/prometheus/node-exporter/sse_compliance.prom").read_text()

    @property
    def mails(self) -> str:
        path = self.root / "mails"
        return path.read_text() if path.exists() else ""


def test_nights(docs_lab: Lab, tmp_path: Path) -> None:
    """A good night, one that finds a broken device, and one whose inventory is gone."""
    with a_stage(docs_lab, tmp_path / "stage", project="project") as stage:
        machine = Machine(stage, tmp_path / "root")
        night = machine.by_cron()
        assert (night.returncode, night.stdout, night.stderr) == (0, "", "")
        assert 'sse_compliance_verdict{verdict="passed"} 1' in machine.figures
        assert machine.mails == ""

        stage.put("ftd-nyc-01", "ftd-blocked-ingest")
        night = machine.by_cron()
        assert (night.returncode, night.stdout, night.stderr) == (1, "", "")
        assert 'sse_compliance_devices{state="non-compliant"} 1' in machine.figures
        mail = message_from_string(machine.mails)
        assert mail["To"] == "firewall-team@example.com"
        assert mail["X-SSE-Verdict"] == "failed"
        home = machine.root / "var/lib/sse-compliance"
        assert "2 runs" in (home / "history.html").read_text()

        before = machine.figures
        (machine.root / "etc/sse-compliance/fleet.yaml").unlink()
        (machine.root / "mails").unlink()
        night = machine.by_cron()
        assert (night.returncode, night.stdout, night.stderr) == (4, "", "")
        assert machine.figures == before, "the figures of the night before stay"
        assert "no results, exit status 4" in message_from_string(machine.mails)["Subject"]
        assert "fleet.yaml" in machine.mails
        for kept in (home / "runs").rglob("*"):
            assert kept.stat().st_mode & 0o077 == 0, "what was found is the user's alone"
            assert kept.is_dir() or stage.password not in kept.read_text("utf-8", "replace")


def tool(name: str) -> str:
    """A tool that judges what it will read; here a test without it is skipped, and fails where CI says so."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("SSE_REQUIRE_MONITORING") == "1" else pytest.skip)(f"{name} is not installed")
    return found


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze")
    program = tmp_path / "sse-nightly"
    program.write_text(NIGHTLY)
    program.chmod(0o755)
    units = []
    for kind in ("service", "timer"):
        text = FILES[f"etc/systemd/system/sse-compliance.{kind}"].replace("/usr/local/bin/sse-nightly", str(program))
        units.append(tmp_path / f"sse-compliance.{kind}")
        units[-1].write_text(text)
    done = subprocess.run([analyze, "verify", *map(str, units)], capture_output=True, text=True, timeout=60)
    said = [line for line in done.stderr.splitlines() if "sse-compliance" in line]
    assert (done.returncode, said) == (0, []), done.stderr
    when = FILES["etc/systemd/system/sse-compliance.timer"].split("OnCalendar=")[1].splitlines()[0]
    done = subprocess.run([analyze, "calendar", when], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_prometheus_takes_the_alerts(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(FILES["etc/prometheus/sse-compliance.rules.yml"])
    done = subprocess.run([tool("promtool"), "check", "rules", str(rules)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
