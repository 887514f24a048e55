"""Sending cards: the first answer, its edits, and following a job until it ends or the token does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.jobs import Jobs
from cogs.cards import Card
from cogs.present.jobs import outcome, still_working, working
from cogs.views import view_of
from storage.records import Run

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]
End = Callable[[Interaction, Run], Awaitable[None]]
EDIT_EVERY = 2.5
TOKEN_SECONDS = 14 * 60


async def answer(interaction: Interaction, card: Card) -> None:
    """The first and only answer, for the asker's eyes; or the edit of a deferred one."""
    view = view_of(card, interaction.user.id)
    files = [discord.File(card.file.path, card.file.name)] if card.file else []
    if not interaction.response.is_done():
        await interaction.response.send_message(view=view, files=files, ephemeral=True)
    elif files:
        await interaction.edit_original_response(view=view, attachments=files)
    else:
        await interaction.edit_original_response(view=view)


async def think(interaction: Interaction) -> None:
    """Acknowledge within Discord's three seconds, where the answer may take longer."""
    await interaction.response.defer(ephemeral=True, thinking=True)


async def hold(interaction: Interaction) -> None:
    """Acknowledge a press within Discord's three seconds, where turning its message into the answer may take longer."""
    await interaction.response.defer()


async def turn_into(interaction: Interaction, card: Card) -> None:
    """A pressed message becomes the answer, so its buttons cannot be pressed twice."""
    view = view_of(card, interaction.user.id)
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view)
    else:
        await interaction.response.edit_message(view=view)


async def tell(interaction: Interaction, run: Run) -> None:
    """What came of a job, in words."""
    await answer(interaction, outcome(run))


async def follow(interaction: Interaction, jobs: Jobs, run: Run, end: End = tell) -> None:
    """Show a job's progress, at most every few seconds, and then its outcome, as `end` does.

    Discord's token dies after 15 minutes: before that the reply says where to look, and the outcome becomes a notice.
    So it does where Discord takes an edit no more, because the message was deleted or for trouble of its own.
    """
    try:
        await _show(interaction, jobs, run, end)
    except discord.HTTPException as refusal:
        log.info("reply.lost run=%d status=%d code=%d", run.id, refusal.status, refusal.code)


async def _show(interaction: Interaction, jobs: Jobs, run: Run, end: End) -> None:
    try:
        async with asyncio.timeout(TOKEN_SECONDS), jobs.watching(run.id, EDIT_EVERY) as states:
            async for state in states:
                if isinstance(state, Run):
                    await end(interaction, state)
                else:
                    await answer(interaction, working(run.kind, state))
    except TimeoutError:
        await answer(interaction, still_working(run.kind))
