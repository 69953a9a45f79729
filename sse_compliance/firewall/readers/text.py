"""What every reader is given: a file's text, its name for messages, and the firewall's place on the path."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sse_compliance.errors import InputError
from sse_compliance.firewall.model import Chain, Place, Rule, RuleSet, Stage

#: No rule set that somebody keeps in a repository is larger.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule-set file."""

    #: As the inventory names it.
    file: str
    text: str
    place: Place = field(default_factory=Place)

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines that are not empty, with their numbers from 1."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if line.strip():
                yield number, line.rstrip()

    def error(self, line: int, message: str) -> InputError:
        """An error in a line."""
        return InputError(message, place=f"{self.file}:{line}")

    def made(
        self,
        form: str,
        chains: Iterable[Chain],
        stages: Iterable[Stage],
        *,
        decryption: Stage | None = None,
        notes: Iterable[str] = (),
    ) -> RuleSet:
        """The rule set that was read.

        Raises:
            InputError: it holds no rule where one is needed, which would judge nothing.
        """
        read = RuleSet(self.file, form, tuple(chains), tuple(stages), self.place, decryption, tuple(notes))
        held: dict[str, tuple[Rule, ...]] = {chain.name: chain.rules for chain in read.chains}
        if not read.stages or not any(held.get(stage.chain) for stage in read.stages):
            raise self.error(1, "it holds no rule; expected a rule set, which an empty file is not")
        return read

    def words(self, number: int, line: str) -> list[str]:
        """The words of a line, those in quotes whole.

        Raises:
            InputError: a quote that is not closed.
        """
        try:
            return shlex.split(line, posix=True)
        except ValueError as error:
            raise self.error(number, f"{error}".lower()) from None
