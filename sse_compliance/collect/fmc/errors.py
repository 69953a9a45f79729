"""Why an FMC gave no answer. Each text tells what happened and what to do; none holds a secret."""

from __future__ import annotations


class FmcError(Exception):
    """An FMC could not be asked, or what it said is no answer."""


class NoSuchPathError(FmcError):
    """404: this FMC is too old for the path, or has nothing there."""
