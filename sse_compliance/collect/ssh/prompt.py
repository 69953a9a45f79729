"""What a device's text ends with: whose prompt it is, a question, or a refusal. Pure functions over cleaned text."""

from __future__ import annotations

import re
from enum import Enum, auto


class Peer(Enum):
    """What stands at the other end."""

    CLISH = auto()
    #: A word and a sign: the CLI of a chassis, of a security module, of an ASA; or a shell with an odd prompt.
    CHASSIS = auto()
    USER_SHELL = auto()
    ROOT_SHELL = auto()


#: A question that waits for words, not for a command: Enter would be an answer to it.
_QUESTION = re.compile(r"[:?]\s*\Z|[\])] *\Z")
_FIRST_RUN = re.compile(
    r"press <?enter>? to display the EULA|must change (?:the|your) password|required to change your password"
    r"|password (?:has|is) expired|expired password|password expired|new password|password has been reset",
    re.IGNORECASE,
)
_CLISH_REFUSAL = re.compile(r"^(?:Syntax error|% ?Invalid|ERROR: %|Command not|Unknown command).*", re.MULTILINE)


def last_line(text: str) -> str:
    """The line that a cleaned text ends with, without blanks at its end; a prompt has no line end of its own."""
    return text.rsplit("\n", 1)[-1].strip()


def peer(text: str) -> Peer | None:
    """Whose prompt a cleaned text ends with, None where it ends with none."""
    last = text.rstrip("\n ").rsplit("\n", 1)[-1].rstrip()
    if last == ">":
        return Peer.CLISH
    if re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*>", last):
        return Peer.CHASSIS
    if re.fullmatch(r"(?!(?:ba|da|k)?sh-)[\w.-]+(?:/[\w.-]+)*(?:\([\w-]+\))*(?: /[\w/ -]*)?[* ]{0,2}#", last):
        return Peer.CHASSIS
    # Boxes of banners begin with the sign as well, and are longer.
    if re.fullmatch(r"#|(?![#*\s])[^\n]{0,200}[^\s#*] ?#", last):
        return Peer.ROOT_SHELL
    if re.fullmatch(r"\$|(?![$*\s])[^\n]{0,200}[^\s$*] ?\$", last):
        return Peer.USER_SHELL
    return None


def ends_like_prompt(text: str) -> bool:
    """Whether the last words could be a prompt, if only behind a banner without a line end."""
    return last_line(text).endswith((">", "#", "$"))


def is_question(text: str) -> bool:
    """Whether a text ends with a question, so that the device waits for an answer to it."""
    return bool(_QUESTION.search(last_line(text)))


def not_ready(text: str) -> str | None:
    """The words that say that an account must be set up, or its password changed, before it is of use."""
    found = _FIRST_RUN.search(text)
    return found[0] if found else None


def refusal(text: str) -> str | None:
    """The line with which a CLI refuses a command."""
    found = _CLISH_REFUSAL.search(text)
    return found[0] if found else None


def is_repeated(text: str, command: str) -> bool:
    """Whether a refused command stands behind the prompt again, to be corrected."""
    return refusal(text) is not None and text.rstrip().endswith(f"> {command}")


def answer(said: str) -> str:
    """What a device said between the echo of a command and its prompt."""
    return said.partition("\n")[2].rpartition("\n")[0].strip()
