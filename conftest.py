"""Loads the plugin, nothing else: what takes time to load once pytest can tell Ctrl-C from a crash."""

import pytest

pytest_plugins = ["sse_compliance.plugin.options"]


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("sse_compliance.plugin.hooks")
