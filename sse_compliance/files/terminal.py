"""The terminal, or whatever stands in its place: a pipe, a CI log."""

from __future__ import annotations

from rich.console import Console


class Terminal(Console):
    """rich's console, except that a reader that is gone is told to who writes; rich would end the program with 1,
    which is the status of a verdict here."""

    def on_broken_pipe(self) -> None:
        """Called by rich where it has caught a BrokenPipeError."""
        raise  # noqa: PLE0704  the error that rich handles
