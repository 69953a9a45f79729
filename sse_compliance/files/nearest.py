"""*Did you mean …?*: the word that a mistyped one is closest to."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str], *, least: float = 0.7) -> str | None:
    """The known word that is close to another, at ``least`` so close from 0 to 1; None where none is."""
    by_form = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower(), by_form, n=1, cutoff=least)
    return by_form[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean X?``, to be put behind a message; nothing where no known word is close."""
    found = nearest(word, known)
    return f"; did you mean {found}?" if found else ""
