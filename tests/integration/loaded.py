"""What a run of the suite loads, loaded once: each run of the tests is then a fork of a process that has it.

The rooms of the package and the libraries below them, not the plugin: pytest loads that itself, after it has begun.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import sse_compliance

#: Loaded late, by who needs them.
LIBRARIES = ("asyncssh", "cryptography.x509", "jinja2", "requests", "rich.live", "rich.table", "testinfra", "yaml")

#: The rooms from the first to the last that know no plugin.
ROOMS = ("files", "inventory", "firewall", "catalogue", "evidence", "collect", "facts", "findings", "judge", "report")

for _name in (*LIBRARIES, *(f"sse_compliance.{_room}" for _room in ROOMS)):
    _package = importlib.import_module(_name)
    if _package.__name__.startswith(sse_compliance.__name__):
        for _module in pkgutil.walk_packages(_package.__path__, f"{_name}."):
            importlib.import_module(_module.name)

# It is a plugin of pytest's as well: pytest would warn that it came too late to rewrite its asserts, but for this word.
importlib.import_module("testinfra").__doc__ = "PYTEST_DONT_REWRITE"

# A page, so that its template is compiled.
_html = importlib.import_module("sse_compliance.report.html")
_file = importlib.import_module("sse_compliance.findings.results_file")
_html.render_html(_file.read_results(Path(__file__).parents[1] / "data" / "results" / "schema-1.json"))
