"""What a person does and sees, told to whoever listens: how the demo prints its story."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Deed: TypeAlias = Literal[
    "types", "completes", "sees", "presses", "chooses", "fills", "gets_dm", "opens", "reads", "does"
]


@dataclass(frozen=True)
class Event:
    """`who` (a key) did `deed`; `what` is the command, label or address, `text` what was to be read."""

    who: str
    deed: Deed
    what: str
    text: str = ""


Listener: TypeAlias = Callable[[Event], None]


def nobody_listens(_: Event) -> None:
    """The default."""
