"""Loads the plugin, nothing else."""

pytest_plugins = ["sse_compliance.plugin.hooks"]
