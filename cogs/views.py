"""Cards as Discord's components, and buttons that still work after a restart: all they need is in their id."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.client import MusiVaultBot
from bot.errors import NotYours
from cogs.cards import Button, Card


class Press(ui.DynamicItem[ui.Button[Any]], template=r"mv:(?P<act>[a-z_]+):(?P<owner>\d+):(?P<arg>[\w-]*)"):
    """A button by its id: who may press it, who answers, what about."""

    def __init__(self, button: ui.Button[Any], act: str, owner: int, arg: str) -> None:
        super().__init__(button)
        self.act, self.owner, self.arg = act, owner, arg

    @classmethod
    def of(cls, button: Button, owner: int) -> Self:
        """A fresh button for `owner` alone."""
        custom_id = f"mv:{button.act}:{owner}:{button.arg}"
        return cls(
            ui.Button(label=button.label, style=button.style, custom_id=custom_id), button.act, owner, button.arg
        )

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """A button of any message, however old."""
        assert isinstance(item, ui.Button)  # noqa: S101 - the template is only ever put on buttons
        return cls(item, match["act"], int(match["owner"]), match["arg"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Only the owner's press counts; errors end where those of commands do."""
        bot: MusiVaultBot = interaction.client
        try:
            await self._press(bot, interaction)
        except Exception as error:  # noqa: BLE001 - this is the one place where a press ends
            await bot.explain(interaction, error)

    async def _press(self, bot: MusiVaultBot, interaction: discord.Interaction[Any]) -> None:
        if interaction.user.id != self.owner:
            raise NotYours
        await bot.presses[self.act](interaction, self.arg)


async def setup(bot: MusiVaultBot) -> None:
    """Called by discord.py when the bot loads this file by name: buttons of an earlier process work from the start."""
    bot.add_dynamic_items(Press)


def view_of(card: Card, owner: int) -> ui.LayoutView:
    """A card for `owner`; it has no timeout, so no button ever goes dead."""
    view = ui.LayoutView(timeout=None)
    box: ui.Container[Any] = ui.Container(accent_colour=card.tone.value)
    box.add_item(ui.TextDisplay(f"### {card.title}"))
    if card.lines:
        box.add_item(ui.TextDisplay(card.body))
    if card.buttons:
        row: ui.ActionRow[Any] = ui.ActionRow()
        for button in card.buttons:
            row.add_item(ui.Button(label=button.label, url=button.url) if button.url else Press.of(button, owner))
        box.add_item(row)
    view.add_item(box)
    return view
