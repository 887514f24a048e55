"""What every answer looks like: a card with a title, lines and buttons, in Discord's components."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import discord

BODY_LIMIT = 3500
UNSEEN = ("Cf", "Co", "Cs")
JOINERS = "\u200c\u200d"
_MARKUP = re.compile(r"[\\*_~|`<\[\]]|^(?:#{1,3}|-|>+)")
"""Brackets too: a name within a link must not end it and begin another."""


class Tone(Enum):
    """The colour at a card's edge; the words alone carry the meaning."""

    CALM = 0x1DB954
    NEWS = 0x5865F2
    CARE = 0xF0B232
    TROUBLE = 0xED4245


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: `act` names who answers, `arg` (at most 60 characters) what about; or an address to open."""

    label: str
    act: str = ""
    arg: str = ""
    url: str = ""
    style: discord.ButtonStyle = discord.ButtonStyle.secondary


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu: up to 100 characters each, `value` for whoever answers."""

    label: str
    value: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """Something to choose from, at most 25: `act` names who answers to the value that is chosen."""

    prompt: str
    act: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go with a card; Discord takes letters, digits, dots, dashes and underscores as its name."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """One answer, before Discord's components."""

    title: str
    lines: tuple[str, ...] = ()
    tone: Tone = Tone.CALM
    buttons: tuple[Button, ...] = ()
    menu: Menu | None = None
    file: Attachment | None = None

    @property
    def body(self) -> str:
        """The lines in one text, cut at a line where Discord would refuse it."""
        kept: list[str] = []
        for line in self.lines:
            if sum(map(len, kept)) + len(kept) + len(line) > BODY_LIMIT:
                kept.append("…")
                break
            kept.append(line)
        return "\n".join(kept)


def safe(text: str, limit: int = 80) -> str:
    """A name from outside: pings nobody, breaks no markup, stays on one line."""
    return discord.utils.escape_mentions(_MARKUP.sub(r"\\\g<0>", plain(text, limit)))


def plain(text: str, limit: int) -> str:
    """A name for menus and suggestions, which show plain text: nothing to escape."""
    one_line = " ".join(_visible(text).split()) or "(no name)"
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"


def _visible(text: str) -> str:
    """Without characters that turn the direction of what follows or show nothing; emoji keep their joiners."""
    shown = "".join(letter for letter in text if letter in JOINERS or unicodedata.category(letter) not in UNSEEN)
    return shown if shown.strip(JOINERS) else ""


def names(values: Sequence[str], limit: int = 5) -> str:
    """A few names in a row, the rest counted: never a wall."""
    shown = ", ".join(f"“{safe(value, 40)}”" for value in values[:limit])
    more = len(values) - limit
    return f"{shown} and {more:,} more" if more > 0 else shown


def few(lines: Sequence[str], limit: int = 5) -> list[str]:
    """A few lines of a list, the rest counted, so that what comes after them is read."""
    more = len(lines) - limit
    return [*lines[:limit], f"- … and {more:,} more"] if more > 0 else list(lines)


def in_a_row(words: Sequence[str]) -> str:
    """Words as a list is spoken: `this, that and more`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 playlist`, `2 playlists`, `1,204 likes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
