"""The exceptions of the project. Each one's text tells what happened, where, and what to do next."""

from __future__ import annotations


class SseError(Exception):
    """The root: anything that a user is told in one message instead of a traceback."""

    #: What the process exits with when nothing catches it (4: pytest's "usage error").
    exit_code = 4


class InputError(SseError):
    """A file or an option of the user's is wrong. The text names file, line, key and what was expected."""


class Unavailable(Exception):  # noqa: N818  a state of knowledge, not a fault of the program
    """A fact can't be told from the evidence, because of the reason given as its text.

    Raised by ``facts`` (output that is not understood) and by the evidence of a probe that was not had. A test that
    meets it is *not assessed*: never compliant, never non-compliant.
    """

    @property
    def reason(self) -> str:
        return str(self.args[0]) if self.args else "no reason given"
