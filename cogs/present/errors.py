"""Errors in words: the sentence, and a button for the next step where one helps."""

from discord import ButtonStyle

from cogs.cards import Button, Card, Tone
from storage.errors import NextStep

NEXT = {
    NextStep.LINK_SPOTIFY: Button("Link Spotify", "link", "spotify", style=ButtonStyle.primary),
    NextStep.LINK_DRIVE: Button("Link Google Drive", "link", "drive", style=ButtonStyle.primary),
    NextStep.STATUS: Button("Show my vault", "status"),
}


def sorry(sentence: str, next_step: NextStep) -> Card:
    """Something did not work."""
    return Card("That did not work", (sentence,), Tone.TROUBLE, step(next_step))


def step(next_step: NextStep) -> tuple[Button, ...]:
    """The button for what helps, where one does."""
    button = NEXT.get(next_step)
    return (button,) if button else ()
