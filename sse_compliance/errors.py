"""The exceptions of the project. Each one's text tells what happened, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable


class SseError(Exception):
    """The root: anything that a user is told in one message instead of a traceback.

    Args:
        what: what happened, or what was expected.
        place: where: a file with its line, a device with its address. Not part of ``what``, so that what is alike can
            be told once of many places.
        advice: what to do next, where it differs from the class's own.
    """

    #: What the process exits with when nothing catches it (4: pytest's "usage error").
    exit_code = 4
    #: The kind of error, in a few words that do not change.
    kind = "error"
    #: What to do next.
    advice = ""

    def __init__(self, what: str, *, place: object = "", advice: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.place = str(place)
        if advice is not None:
            self.advice = advice

    @property
    def reason(self) -> str:
        """What happened and what to do next, without the place."""
        return f"{self.what.rstrip('.')}. {self.advice}" if self.advice else self.what

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class InputError(SseError):
    """A file or an option of the user's is wrong.

    The place is the file with line and key, or the option; what was expected there is ``what``.
    """

    kind = "wrong input"

    @property
    def each(self) -> tuple[InputError, ...]:
        """The mistakes, where it is more than one."""
        return (self,)


class _MistakesError(InputError):
    """Several mistakes, a line each."""

    def __init__(self, mistakes: tuple[InputError, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self._mistakes = mistakes

    @property
    def each(self) -> tuple[InputError, ...]:
        return self._mistakes


def together(mistakes: Iterable[InputError]) -> InputError:
    """One error that tells all of some mistakes."""
    found = tuple(mistakes)
    return found[0] if len(found) == 1 else _MistakesError(found)


class Unavailable(Exception):  # noqa: N818  a state of knowledge, not a fault of the program
    """A fact can't be told from the evidence, because of the reason given as its text.

    Raised by ``facts`` (output that is not understood) and by the evidence of a probe that was not had. A test that
    meets it is *not assessed*: never compliant, never non-compliant.
    """

    @property
    def reason(self) -> str:
        return str(self.args[0]) if self.args else "no reason given"
