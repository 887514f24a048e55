"""Errors in words: the sentence, and a button for the next step where one helps."""

from discord import ButtonStyle

from bot.errors import NoBackups
from cogs.cards import Button, Card, Tone
from storage.errors import AlreadyRunning, MusiVaultError, NextStep

NEXT = {
    NextStep.LINK_SPOTIFY: Button("Link Spotify", "link", "spotify", style=ButtonStyle.primary),
    NextStep.LINK_DRIVE: Button("Link Google Drive", "link", "drive", style=ButtonStyle.primary),
    NextStep.STATUS: Button("Show my vault", "status"),
}


HEADINGS: dict[type[MusiVaultError], str] = {AlreadyRunning: "Already under way", NoBackups: "No backups yet"}
"""What is no trouble, only not possible now."""


def sorry(error: MusiVaultError) -> Card:
    """Something did not work."""
    heading = HEADINGS.get(type(error))
    tone = Tone.NEWS if heading else Tone.TROUBLE
    return Card(heading or "That did not work", (error.sentence,), tone, step(error.next_step))


def step(next_step: NextStep) -> tuple[Button, ...]:
    """The button for what helps, where one does."""
    button = NEXT.get(next_step)
    return (button,) if button else ()
