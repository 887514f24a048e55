"""Cards as Discord's components; buttons and menus that still work after a restart: all they need is in their id."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.client import MusiVaultBot
from bot.errors import NotYours
from cogs.cards import Button, Card, Menu


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
        """Only the owner's press counts."""
        await _answered(interaction, self.act, self.owner, self.arg)


class Pick(ui.DynamicItem[ui.Select[Any]], template=r"mp:(?P<act>[a-z_]+):(?P<owner>\d+)"):
    """A menu by its id: who may choose, and who answers to what was chosen."""

    def __init__(self, select: ui.Select[Any], act: str, owner: int) -> None:
        super().__init__(select)
        self.act, self.owner = act, owner

    @classmethod
    def of(cls, menu: Menu, owner: int) -> Self:
        """A fresh menu for `owner` alone."""
        options = [
            discord.SelectOption(label=choice.label, value=choice.value, description=choice.description or None)
            for choice in menu.choices
        ]
        custom_id = f"mp:{menu.act}:{owner}"
        return cls(ui.Select(custom_id=custom_id, placeholder=menu.prompt, options=options), menu.act, owner)

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """A menu of any message, however old."""
        assert isinstance(item, ui.Select)  # noqa: S101 - the template is only ever put on menus
        return cls(item, match["act"], int(match["owner"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Only the owner's choice counts."""
        await _answered(interaction, self.act, self.owner, self.item.values[0])


async def _answered(interaction: discord.Interaction[Any], act: str, owner: int, arg: str) -> None:
    """Errors end where those of commands do."""
    bot: MusiVaultBot = interaction.client
    try:
        await _answer(bot, interaction, act, owner, arg)
    except Exception as error:  # noqa: BLE001 - this is the one place where a press ends
        await bot.explain(interaction, error)


async def _answer(bot: MusiVaultBot, interaction: discord.Interaction[Any], act: str, owner: int, arg: str) -> None:
    if interaction.user.id != owner:
        raise NotYours
    await bot.presses[act](interaction, arg)


async def setup(bot: MusiVaultBot) -> None:
    """Called by discord.py when the bot loads this file by name: what another process showed works at once."""
    bot.add_dynamic_items(Press, Pick)


def view_of(card: Card, owner: int) -> ui.LayoutView:
    """A card for `owner`; it has no timeout, so no button ever goes dead."""
    view = ui.LayoutView(timeout=None)
    box: ui.Container[Any] = ui.Container(accent_colour=card.tone.value)
    box.add_item(ui.TextDisplay(f"### {card.title}"))
    if card.lines:
        box.add_item(ui.TextDisplay(card.body))
    if card.file:
        box.add_item(ui.File(f"attachment://{card.file.name}"))
    if card.menu:
        choosing: ui.ActionRow[Any] = ui.ActionRow()
        choosing.add_item(Pick.of(card.menu, owner))
        box.add_item(choosing)
    if card.buttons:
        row: ui.ActionRow[Any] = ui.ActionRow()
        for button in card.buttons:
            row.add_item(ui.Button(label=button.label, url=button.url) if button.url else Press.of(button, owner))
        box.add_item(row)
    view.add_item(box)
    return view
