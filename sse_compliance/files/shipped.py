"""The files that the project ships beside its code: found in a clone and in an installed package alike."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(name: str) -> Path:
    """A file or folder of the project, for example ``fixtures/regions.yaml`` or ``tests_sse``.

    The build puts ``fixtures`` and ``tests_sse`` into the package; in a clone they stand beside it.
    """
    package = Path(str(files("sse_compliance")))
    inside = package / name
    return inside if inside.exists() else package.parent / name
