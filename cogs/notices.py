"""Words and sends what people are told without having asked just now."""

from discord.ext import commands

from bot.client import MusiVaultBot
from bot.notices import BackupsInTrouble, LibraryChanged, Linked, LinkEnded, LinkEnding, NightFailed, Notice, RunEnded
from bot.services.settings import Settings
from cogs.cards import Card
from cogs.mail import Mail
from cogs.present.checks import in_trouble
from cogs.present.errors import sorry
from cogs.present.jobs import outcome
from cogs.present.links import link_ended, link_ending, linked
from cogs.present.syncs import library_changed, night_failed
from cogs.views import view_of
from storage.records import Person


class NoticesCog(commands.Cog):
    """Delivers notices by DM: the answer to a link always, to all who did not say no that a link ends.

    So it does with backups that are gone or damaged. Everything else goes only to those who asked for it.
    """

    def __init__(self, mail: Mail, settings: Settings) -> None:
        self.mail = mail
        self.settings = settings

    async def deliver(self, notice: Notice) -> bool:
        """Whether the person has it now."""
        person = await self.settings.of(notice.discord_id)
        card = word(notice, person)
        if card is None:
            return False
        return await self.mail.send(notice.discord_id, card, asked_for=isinstance(notice, Linked))


def word(notice: Notice, person: Person) -> Card | None:
    """The card of a notice, or None where this person does not want it."""
    if isinstance(notice, Linked):
        return linked(notice, ask_about_dms=person.wants_dms is None)
    match notice:
        case LinkEnding() if person.wants_dms is not False:
            return link_ending(notice.account_name, notice.ends_at)
        case LinkEnded() if person.wants_dms is not False:
            return link_ended(notice.account_name, notice.end)
        case BackupsInTrouble() if person.wants_dms is not False:
            return in_trouble(notice.archives)
    if not person.wants_dms:
        return None
    match notice:
        case LibraryChanged():
            return library_changed(notice.report, notice.archive_id)
        case NightFailed():
            return night_failed(notice.sentence, notice.next_step)
        case RunEnded():
            # Nobody asked for a night or a week's check: what they find is a notice of its own.
            return None if notice.run.night else outcome(notice.run)
    return None


async def setup(bot: MusiVaultBot) -> None:
    """Called by discord.py when the bot loads this file by name."""
    cog = NoticesCog(Mail(bot, bot.services.settings), bot.services.settings)
    await bot.add_cog(cog)
    bot.word_error = lambda error, owner: view_of(sorry(error), owner)
    bot.services.post.deliver = cog.deliver
