"""The printed story: scenes, what Ada types and presses, what Discord and her browser show, and the proofs."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import StringIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from tests.demo import markup
from tests.demo.proofs import Proof

WIDTH = 100
PICTURE = 90
BOX = 84
INDENT = 4


def terminal() -> Console:
    """Standard output, at most 100 columns; colours only where a terminal wants them."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    width = min(WIDTH, os.get_terminal_size().columns) if sys.stdout.isatty() else WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)


class Transcript:
    """Prints to the terminal, and to a picture while one is being taken."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._picture = Console(
            width=PICTURE,
            file=StringIO(),
            record=True,
            force_terminal=True,
            highlight=False,
            emoji=False,
            markup=False,
        )
        self._is_taken = False

    def _print(self, *parts: RenderableType) -> None:
        for console in (self._console, self._picture) if self._is_taken else (self._console,):
            console.print(Group(*parts))

    @contextmanager
    def pictured(self) -> Iterator[None]:
        """What is printed meanwhile is in the picture too."""
        self._is_taken = True
        yield
        self._is_taken = False

    @property
    def picture(self) -> Console:
        """What was pictured."""
        return self._picture

    def title(self, title: str, *lines: str) -> None:
        """What this is."""
        text = Text(title, style="bold").append("".join(f"\n{line}" for line in lines), style="not bold")
        self._print("", Panel(text, box=box.HEAVY, border_style="green", padding=(0, 2)))

    def scene(self, name: str, now: datetime) -> None:
        """A new scene, at the time of day the sandbox has."""
        when = Text(f" {now:%A %H:%M} ", "bold")
        self._console.print("\n")
        if self._is_taken and self._picture.file.tell():
            self._picture.print("\n")
        self._print(Rule(Text(f"{name} ·", "bold green") + when, characters="━", style="green", align="left"))

    def tells(self, words: str) -> None:
        """What happens, in a sentence."""
        self._print("", Padding(Constrain(Text(words, style="italic"), BOX + 2), (0, 0, 0, 2), expand=False))

    def acts(self, who: str, verb: str, what: str) -> None:
        """What somebody does: types a command, presses a button, opens a link."""
        self._print("", Text("  ").append("▸ ", "green").append(f"{who} {verb} ").append(what, "bold cyan"))

    def lists(self, lines: Sequence[str]) -> None:
        """Facts, a line each."""
        self._print(*(Padding(markup.bullet(line), (0, 0, 0, INDENT), expand=False) for line in lines))

    def message(self, words: str, buttons: Sequence[markup.Label], now: datetime, *, seen: str) -> None:
        """A message of the bot as Discord shows it; `seen` says by whom."""
        content = markup.message(words, now)
        self._box(content, buttons, f"MusiVault · {seen}", box.ROUNDED, "blue")

    def page(self, address: str, content: RenderableType, labels: Sequence[str]) -> None:
        """A page in the browser."""
        self._box(content, [(label, "primary") for label in labels], f"Browser · {address}", box.SQUARE, "yellow")

    def _box(
        self, content: RenderableType, buttons: Sequence[markup.Label], title: str, shape: box.Box, colour: str
    ) -> None:
        inside = Group(content, "", markup.buttons(buttons)) if buttons else content
        panel = Panel(inside, title=title, title_align="left", box=shape, border_style=colour, padding=(0, 1))
        self._print(Padding(Constrain(panel, BOX), (0, 0, 0, INDENT), expand=False))

    def commands(self, lines: Sequence[str]) -> None:
        """Lines to be copied: never wrapped."""
        for line in lines:
            self._console.print(
                Padding(Text(line, "cyan", no_wrap=True, overflow="ignore"), (0, 0, 0, INDENT), expand=False),
                soft_wrap=True,
            )

    def asks(self, prompt: str) -> None:
        """Waits for input behind a prompt."""
        self._console.print("", Text(prompt, "bold green"), sep="\n", end="")

    def proofs(self, proofs: Sequence[Proof]) -> bool:
        """Each with its verdict in words; whether all hold."""
        self._print("")
        for proof in proofs:
            sign = Text("✓ proved ", "bold green") if proof.holds else Text("✗ FAILED ", "bold red")
            told = Text(_sentence(proof.claim)).append("" if proof.holds else f"\n{proof.found}", "red")
            self._print(Padding(markup.bullet(told, sign), (0, 0, 0, 2), expand=False))
        failed = sum(not proof.holds for proof in proofs)
        verdict = (
            f"{failed} of {len(proofs)} proofs failed" if failed else f"All {len(proofs)} proofs hold: nothing was lost"
        )
        self.ends(verdict, "bold red" if failed else "bold green")
        return not failed

    def ends(self, words: str, style: str = "bold") -> None:
        """A line across that closes something."""
        self._print("", Rule(Text(words, style), characters="━", style="green"))


def _sentence(claim: str) -> str:
    return claim[0].upper() + claim[1:]
