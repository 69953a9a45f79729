"""Other plugins of pytest: who they are, and which hooks they have a part in."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from types import ModuleType

import pytest


def package_of(plugin: object) -> str:
    """The top-level package that a plugin, a module or an object, comes from."""
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    return name.partition(".")[0]


def has_part(config: pytest.Config, hook: str, files: Collection[Path], beside: Collection[str]) -> bool:
    """Whether somebody implements a hook for tests in one of these files, whose package is none of those named.

    As for pytest itself, a ``conftest.py`` is for the tests below its folder.
    """
    implementations = getattr(config.hook, hook).get_hookimpls()
    return any(
        package_of(implementation.plugin) not in beside and _is_for(implementation.plugin, files)
        for implementation in implementations
    )


def _is_for(plugin: object, files: Collection[Path]) -> bool:
    file = Path(getattr(plugin, "__file__", None) or "")
    return file.name != "conftest.py" or any(one.is_relative_to(file.parent) for one in files)


def plugin_of(config: pytest.Config, module: str, *classes: str) -> object | None:
    """The plugin whose class has one of these names; None where it is not active."""
    plugins: set[object] = config.pluginmanager.get_plugins()
    for plugin in plugins:
        kind = type(plugin)
        if kind.__name__ in classes and kind.__module__.startswith(module):
            return plugin
    return None
