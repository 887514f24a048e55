"""Direct messages: few, to whom they are welcome, and never twice at a closed door."""

import logging

import discord

from bot.client import MusiVaultBot
from bot.services.settings import Settings
from cogs.cards import Card
from cogs.views import view_of

log = logging.getLogger(__name__)

CLOSED = (50007, 50278)
"""Discord's codes for closed DMs and for no server in common."""
UNKNOWN_CHANNEL = 10003


class Mail:
    """Sends cards by DM. The channel is kept, since Discord punishes bots that open many."""

    def __init__(self, bot: MusiVaultBot, settings: Settings) -> None:
        self._bot = bot
        self._settings = settings

    async def send(self, discord_id: int, card: Card, *, asked_for: bool = False) -> bool:
        """Whether it arrived. Closed DMs are remembered and only tried again when the person asked for something."""
        person = await self._settings.of(discord_id)
        if not person.dms_open and not asked_for:
            return False
        try:
            channel_id = person.dm_channel_id or await self._open(discord_id)
            await self._bot.get_partial_messageable(channel_id).send(view=view_of(card, discord_id))
        except discord.HTTPException as refusal:
            log.info("dm.refused person=%d status=%d code=%d", discord_id, refusal.status, refusal.code)
            await self._learn(discord_id, refusal.code)
            return False
        if not person.dms_open:
            await self._settings.mark_dms(discord_id, is_open=True)
        return True

    async def _learn(self, discord_id: int, code: int) -> None:
        """What a refusal says about next time; trouble of Discord's own says nothing."""
        if code in CLOSED:
            await self._settings.mark_dms(discord_id, is_open=False)
        elif code == UNKNOWN_CHANNEL:
            await self._settings.keep_dm_channel(discord_id, None)

    async def _open(self, discord_id: int) -> int:
        # Not `create_dm`, which answers from its own memory even where Discord says that the channel is no more.
        channel = await self._bot.http.start_private_message(discord_id)
        await self._settings.keep_dm_channel(discord_id, int(channel["id"]))
        return int(channel["id"])
