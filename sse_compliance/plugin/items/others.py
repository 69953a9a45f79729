"""Other plugins of pytest: who they are, and which hooks they have a part in."""

from __future__ import annotations

from collections.abc import Collection
from types import ModuleType

import pytest


def package_of(plugin: object) -> str:
    """The top-level package that a plugin, a module or an object, comes from."""
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    return name.partition(".")[0]


def has_part(config: pytest.Config, hook: str, beside: Collection[str]) -> bool:
    """Whether somebody implements a hook whose package is none of those named."""
    implementations = getattr(config.hook, hook).get_hookimpls()
    return any(package_of(implementation.plugin) not in beside for implementation in implementations)


def plugin_of(config: pytest.Config, module: str, *classes: str) -> object | None:
    """The plugin whose class has one of these names; None where it is not active."""
    plugins: set[object] = config.pluginmanager.get_plugins()
    for plugin in plugins:
        kind = type(plugin)
        if kind.__name__ in classes and kind.__module__.startswith(module):
            return plugin
    return None
