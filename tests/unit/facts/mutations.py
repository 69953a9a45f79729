"""Damage to a text, as transport, terminals, and strangers do it.

None of them can write a word that was not there: letters and digits are never made from other characters, and no line
break is put within a line. So a mutation of a broken sample is never a healthy text by its own merit.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Mutation = Callable[[str, Random], str]

_NOISE = (
    "\x1b[31m",
    "\x1b[0m",
    "\x07",
    "\x00",
    "\r",
    "\x85",
    "\u2028",
    "\ufffd",
    "\x1b]0;",
    "\t",
    "\x0b",
    "é",
    "\ud83d\ude00",
)


def _at(text: str, random: Random) -> int:
    return random.randrange(len(text) + 1)


def insert_noise(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 4)):
        place = _at(text, random)
        text = text[:place] + random.choice(_NOISE) + text[place:]
    return text


def flip_bits(text: str, random: Random) -> str:
    """Bits of characters that are neither letters nor digits, to others that are neither, nor line breaks."""
    characters = list(text)
    places = [i for i, c in enumerate(characters) if not c.isalnum() and ord(c) < 128]
    for place in random.sample(places, min(len(places), random.randint(1, 3))):
        flipped = chr(ord(characters[place]) ^ (1 << random.randrange(8)))
        if not flipped.isalnum() and flipped != "\n":
            characters[place] = flipped
    return "".join(characters)


def flip_case(text: str, random: Random) -> str:
    characters = list(text)
    places = [i for i, c in enumerate(characters) if c.isascii() and c.isalpha()]
    for place in random.sample(places, min(len(places), random.randint(1, 3))):
        characters[place] = characters[place].swapcase()
    return "".join(characters)


def duplicate_line(text: str, random: Random) -> str:
    lines = text.split("\n")
    line = random.choice(lines)
    lines.insert(random.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def shuffle_lines(text: str, random: Random) -> str:
    lines = text.split("\n")
    random.shuffle(lines)
    return "\n".join(lines)


def repeat(text: str, random: Random) -> str:
    return text * random.randint(2, 3)


def end_lines_otherwise(text: str, random: Random) -> str:
    return text.replace("\n", random.choice(("\r\n", "\r\r\n", "\n\n", " \n", "\x1b[0m\n")))


def put_prompts_in(text: str, random: Random) -> str:
    lines = text.split("\n")
    lines.insert(
        random.randrange(len(lines) + 1), random.choice(("> ", "admin@firepower:~$ ", "root@fp:/home/admin# "))
    )
    return "\n".join(lines)


def delete_characters(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 3)):
        place = _at(text, random)
        text = text[:place] + text[place + 1 :]
    return text


def delete_within_line(text: str, random: Random) -> str:
    lines = text.split("\n")
    number = random.randrange(len(lines))
    line = lines[number]
    start, end = sorted((_at(line, random), _at(line, random)))
    lines[number] = line[:start] + line[end:]
    return "\n".join(lines)


def delete_line(text: str, random: Random) -> str:
    lines = text.split("\n")
    del lines[random.randrange(len(lines))]
    return "\n".join(lines)


def truncate(text: str, random: Random) -> str:
    return text[: _at(text, random)]


def duplicate_within_line(text: str, random: Random) -> str:
    start = _at(text, random)
    end = min(start + random.randint(1, 20), len(text))
    return text[:end] + text[start:end] + text[end:]


#: Those that keep every line and its letters.
GENTLE: tuple[Mutation, ...] = (
    insert_noise,
    flip_bits,
    duplicate_line,
    shuffle_lines,
    repeat,
    end_lines_otherwise,
    put_prompts_in,
)
ALL: tuple[Mutation, ...] = (
    *GENTLE,
    flip_case,
    delete_characters,
    delete_within_line,
    delete_line,
    truncate,
    duplicate_within_line,
)
