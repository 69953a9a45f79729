"""``sse-compliance requirements``: the catalogue, and ``docs/requirements.md`` generated from it."""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from pathlib import Path

from rich.table import Table
from rich.text import Text

from sse_compliance.catalogue.areas import AREAS
from sse_compliance.catalogue.requirements import Catalogue, Requirement, load_catalogue
from sse_compliance.errors import InputError
from sse_compliance.files.shipped import shipped
from sse_compliance.files.terminal import Terminal

TESTS = shipped("tests_sse")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="tell all about these, for example SSE-DNS-01")
    parser.add_argument("--markdown", action="store_true", help="print docs/requirements.md instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Lists the requirements, or tells all about some; exit status 1 where one of those listed has no test.

    Raises:
        InputError: there is no such requirement.
    """
    catalogue = load_catalogue()
    if arguments.ids:
        sys.stdout.write("\n".join("\n".join(_section(_named(id_, catalogue))) + "\n" for id_ in arguments.ids))
        return 0
    if arguments.markdown:
        sys.stdout.write(markdown(catalogue))
        return 0
    implemented = implemented_ids()
    table = Table("ID", "Level", "Severity", "Requirement", "Test", box=None)
    for requirement in catalogue:
        has_test = "implemented" if implemented[requirement.id] == 1 else "MISSING"
        cells = (requirement.id, requirement.level, requirement.severity, requirement.title, has_test)
        table.add_row(*(Text(cell) for cell in cells))
    Terminal().print(table)
    return 0 if all(implemented[requirement.id] == 1 for requirement in catalogue) else 1


def _named(requirement_id: str, catalogue: Catalogue) -> Requirement:
    return catalogue[requirement_id.upper()]


def implemented_ids(directory: Path = TESTS) -> Counter[str]:
    """How many test functions judge each requirement, read from the suite's own source.

    Raises:
        InputError: the suite's tests are not beside the package.
    """
    files = sorted(directory.glob("test_*.py"))
    if not files:
        raise InputError("no tests are here; run this from a checkout of the project", place=directory)
    found: Counter[str] = Counter()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found.update(filter(None, map(_requirement_id, node.decorator_list)))
    return found


def _requirement_id(decorator: ast.expr) -> str | None:
    match decorator:
        case ast.Call(func=ast.Name(id="requirement"), args=[ast.Constant(value=str(requirement_id))]):
            return requirement_id
    return None


def markdown(catalogue: Catalogue) -> str:
    """The catalogue as a page."""
    lines = [
        "# The requirements",
        "",
        f"Generated from `fixtures/requirements.yaml` (version {catalogue.source.version}) by",
        "`python -m sse_compliance requirements --markdown > docs/requirements.md`; a test fails when it is stale.",
        "",
        "S0, S1: Cisco TechNote 217616. S2: TechNote 215547. T1: TechNote 222744. T2: Cisco XDR integration guide.",
    ]
    area = None
    for requirement in catalogue:
        if requirement.area != area:
            area = requirement.area
            lines += ["", f"## {AREAS[area]}"]
        lines += ["", *_section(requirement)]
    return "\n".join(lines) + "\n"


def _section(requirement: Requirement) -> list[str]:
    info = requirement.info()
    level = str(requirement.level)
    severity = str(requirement.severity) + "".join(
        f" ({other} for {role})" for role, other in requirement.severity_by_role.items()
    )
    if requirement.level_undocumented:
        level += f" ({requirement.level_undocumented} on hosts without a documented call)"
    expects = ", ".join(f"{parameter.name} `{parameter.value}`" for parameter in info.parameters)
    return [
        f"### {requirement.id}: {requirement.title}",
        "",
        requirement.statement,
        "",
        f"- **Level**: {level}; **severity**: {severity}",
        f"- **Applies to**: {info.applies_to}; judged per {'host' if requirement.per_host else 'device'}",
        f"- **Why**: {requirement.rationale}",
        f"- **What to do**: {info.remediation}",
        *([f"- **Expects**: {expects}"] if expects else []),
        f"- **Source**: {requirement.source}",
        f"- **Follows from**: {', '.join(requirement.depends_on) or 'nothing else'}",
        f"- **Read from**: {', '.join(f'`{probe}`' for probe in requirement.probes) or 'the runner'}",
    ]
