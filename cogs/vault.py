"""`/vault`: sync, status, changes, settings, backups and restores."""

from collections.abc import Sequence
from dataclasses import replace

from discord import app_commands
from discord.ext import commands

from bot.client import MusiVaultBot
from bot.errors import NoBackups
from bot.services.bundle import Services
from bot.services.exports import Format, Wish
from bot.services.history import State
from bot.services.keeping.words import policy_in, policy_of
from bot.services.restore import Target
from bot.services.restore.source import part_source, state_source
from cogs.cards import Card
from cogs.exporting import ExportDesk
from cogs.present import backups as backup_words
from cogs.present import looks, vault
from cogs.present.exports import FORMATS
from cogs.present.history import changes_card
from cogs.present.retention import suggestions, wish_question
from cogs.present.states import state_card
from cogs.replies import Interaction, answer, follow, hold, think, turn_into
from cogs.restoring import RestoreDesk
from storage.errors import NotFound
from storage.records import Person, RunKind

SWITCH = [app_commands.Choice(name="on", value=1), app_commands.Choice(name="off", value=0)]
YES = [app_commands.Choice(name="yes", value=1)]
AS = [app_commands.Choice(name=name, value=form.value) for form, name in FORMATS.items()]
INTO = [
    app_commands.Choice(name="Spotify", value=Target.SPOTIFY.value),
    app_commands.Choice(name="the vault", value=Target.VAULT.value),
    app_commands.Choice(name="the vault, replacing what is there", value=Target.REPLACE.value),
]
CHOICES = 25


class VaultCog(commands.GroupCog, group_name="vault", group_description="Your Spotify library, kept safe"):
    """Long work is a job: the reply follows it, and it survives the bot."""

    def __init__(self, services: Services) -> None:
        self.jobs = services.jobs
        self.backups = services.backups
        self.exports = services.exports
        self.export_desk = ExportDesk(services.jobs, services.exports)
        self.restore_desk = RestoreDesk(services.jobs, services.restores)
        self.history = services.history
        self.settings = services.settings
        self.status = services.status
        self.shelving = services.shelving
        self.retention = services.retention

    @app_commands.command()
    async def sync(self, interaction: Interaction) -> None:
        """Sync your library into your vault now"""
        await self._run(interaction, RunKind.SYNC, {})

    @app_commands.command(name="status")
    async def show_status(self, interaction: Interaction) -> None:
        """Show what is kept, how fresh it is and what comes next"""
        await self.press_status(interaction, "")

    async def press_status(self, interaction: Interaction, _: str) -> None:
        """A press on "Show my vault"."""
        status = await self.status.vault(interaction.user.id)
        progress = {run.id: self.jobs.progress(run.id) for run in status.under_way}
        await answer(interaction, vault.vault_status(status, progress))

    @app_commands.command(name="changes")
    @app_commands.rename(which="list")
    @app_commands.describe(
        which="Which list; all of them if you leave it out",
        period="From when to when; a day, a month or two days can be typed",
    )
    async def show_changes(self, interaction: Interaction, which: str | None = None, period: str | None = None) -> None:
        """Show what was added, removed, moved and renamed, and when"""
        await think(interaction)
        question = await self.history.ask(
            interaction.user.id, which and looks.list_code(which), period and looks.period_code(period)
        )
        await answer(interaction, changes_card(await self.history.changes(interaction.user.id, question)))

    @show_changes.autocomplete("which")
    async def suggest_lists(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Lists that have a history, those gone from Spotify last."""
        return _choices(looks.list_choices(await self.history.lists(interaction.user.id), typed))

    @show_changes.autocomplete("period")
    async def suggest_periods(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The usual periods, and the one that was typed."""
        return _choices(looks.period_choices(typed))

    async def turn_page(self, interaction: Interaction, arg: str) -> None:
        """A press on "Older" or "Newer"."""
        await hold(interaction)
        changes = await self.history.changes(interaction.user.id, looks.question_of(arg))
        await turn_into(interaction, changes_card(changes))

    async def pick_state(self, interaction: Interaction, arg: str) -> None:
        """A choice in "Look at a list as it was…": the changes stay, the list is an answer of its own."""
        await think(interaction)
        await answer(interaction, state_card(await self._state(interaction, arg)))

    async def turn_state(self, interaction: Interaction, arg: str) -> None:
        """A press on a list as it was: another page, or the state before or after."""
        await hold(interaction)
        await turn_into(interaction, state_card(await self._state(interaction, arg)))

    async def _state(self, interaction: Interaction, arg: str) -> State:
        which, number, page = looks.state_of(arg)
        return await self.history.state(interaction.user.id, which, number, page)

    async def bring_back(self, interaction: Interaction, arg: str) -> None:
        """A press on "Bring this back…"."""
        which, number, _ = looks.state_of(arg)
        await self.restore_desk.preview(interaction, state_source(which, number), Target.SPOTIFY)

    @app_commands.command(name="settings")
    @app_commands.choices(dms=SWITCH, nightly=SWITCH, plays=SWITCH)
    @app_commands.describe(
        dms="Whether I may send you a DM when something changed or a backup failed",
        nightly="Whether your library is backed up every night",
        plays="Whether everything you play is kept, by asking Spotify all day long",
        hour="The hour in your time zone after which your nightly backup starts",
        zone="Your time zone: type a large city in it; UTC until you choose one",
        keep="How many backups are kept, such as: last 3, daily 7, weekly 5, monthly 12, yearly 10",
    )
    async def change_settings(
        self,
        interaction: Interaction,
        dms: app_commands.Choice[int] | None = None,
        nightly: app_commands.Choice[int] | None = None,
        hour: app_commands.Range[int, 0, 23] | None = None,
        plays: app_commands.Choice[int] | None = None,
        zone: app_commands.Range[str, 1, 100] | None = None,
        keep: app_commands.Range[str, 1, 200] | None = None,
    ) -> None:
        """Show or change your DMs, your nightly backup, whether your plays are kept, and how many backups are"""
        if dms or nightly or plays or zone or keep or hour is not None:
            await think(interaction)
        policy = policy_of(keep) if keep else None  # nothing is kept of a wish that is half understood
        person = await self.settings.choose(
            interaction.user.id,
            wants_dms=bool(dms.value) if dms else None,
            nightly=bool(nightly.value) if nightly else None,
            nightly_hour=hour,
            keeps_plays=bool(plays.value) if plays else None,
            zone=zone,
        )
        wish = await self.retention.wish(interaction.user.id, policy) if keep else None
        if wish is not None:
            person = replace(person, keeping=policy)
        await answer(interaction, wish_question(wish) if wish and wish.sooner else self._settings(person))

    @change_settings.autocomplete("keep")
    async def suggest_rules(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The usual choices, and the one that was typed."""
        return _choices(suggestions(typed, self.retention.default))

    async def keep_rules(self, interaction: Interaction, code: str) -> None:
        """A press on "Keep fewer"."""
        await hold(interaction)
        await self.retention.choose(interaction.user.id, policy_in(code))
        await turn_into(interaction, self._settings(await self.settings.of(interaction.user.id)))

    def _settings(self, person: Person) -> Card:
        return vault.settings(person, self.status.nightly_hour, self.retention.default)

    @change_settings.autocomplete("zone")
    async def suggest_zones(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Time zones with what their clocks show now, so that a person sees whether one is theirs."""
        return _choices([(f"{name}, {shown} now", name) for name, shown in self.settings.zones_like(typed)])

    @app_commands.command()
    async def backup(self, interaction: Interaction) -> None:
        """Sync and make a backup now"""
        await self._run(interaction, RunKind.BACKUP, {})

    @app_commands.command(name="backups")
    async def list_backups(self, interaction: Interaction) -> None:
        """List your backups: look at one, check it, keep it for good, restore or delete it"""
        await answer(interaction, backup_words.backups(await self.shelving.all(interaction.user.id)))

    @app_commands.command()
    @app_commands.choices(into=INTO)
    @app_commands.describe(
        backup="Which backup; the newest if you leave it out",
        part="Only one list or playlist of it; everything if you leave it out",
        into="Where it goes: back into Spotify, into your vault, or in place of your vault",
    )
    async def restore(
        self,
        interaction: Interaction,
        backup: str | None = None,
        part: app_commands.Range[str, 1, 100] | None = None,
        into: app_commands.Choice[str] | None = None,
    ) -> None:
        """Preview a restore; nothing changes before you confirm it"""
        archives = await self.backups.list(interaction.user.id)
        if not archives:
            raise NoBackups
        chosen = next((archive for archive in archives if backup in (None, archive.id)), None)
        if chosen is None:
            raise NotFound(what="That backup")
        of = part_source(chosen.id, looks.list_code(part)) if part else chosen.id
        await self.restore_desk.preview(interaction, of, Target(into.value) if into else Target.SPOTIFY)

    @restore.autocomplete("backup")
    async def suggest_backups(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Backups whose date or counts contain what was typed, newest first."""
        return await self._offered_backups(interaction, typed)

    async def _offered_backups(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        archives = await self.backups.list(interaction.user.id)
        choices = [app_commands.Choice(name=backup_words.choice(archive), value=archive.id) for archive in archives]
        return [choice for choice in choices if typed.casefold() in choice.name.casefold()][:CHOICES]

    @restore.autocomplete("part")
    async def suggest_parts(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Lists that the vault knows: a backup holds hardly any other."""
        return _choices(looks.list_choices(await self.history.lists(interaction.user.id), typed))

    @app_commands.command()
    @app_commands.choices(form=AS)
    @app_commands.choices(locked=YES)
    @app_commands.rename(form="format", which="list", locked="passphrase")
    @app_commands.describe(
        form="What for: to keep everything, for a spreadsheet, or for a player",
        which="Which list; all of them if you leave it out",
        backup="Out of which backup; as your vault is now if you leave it out",
        recipient="A public age key (age1...), to encrypt the file for",
        locked="Encrypt the file with a passphrase, which you are asked for next",
    )
    async def export(
        self,
        interaction: Interaction,
        form: app_commands.Choice[str],
        which: str | None = None,
        backup: str | None = None,
        recipient: str | None = None,
        locked: app_commands.Choice[int] | None = None,
    ) -> None:
        """Get your library, or one list of it, as a file"""
        wish = Wish(Format(form.value), which and looks.list_code(which), backup, recipient)
        ask = self.export_desk.ask_passphrase if locked else self.export_desk.begin
        await ask(interaction, wish)

    @export.autocomplete("which")
    async def suggest_exports(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The liked songs and playlists, those gone from Spotify last."""
        return _choices(looks.list_choices(await self.exports.lists(interaction.user.id), typed))

    @export.autocomplete("backup")
    async def suggest_exported_backups(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """As for a restore."""
        return await self._offered_backups(interaction, typed)

    async def _run(self, interaction: Interaction, kind: RunKind, payload: dict[str, object]) -> None:
        await think(interaction)
        await follow(interaction, self.jobs, await self.jobs.enqueue(kind, interaction.user.id, payload))

    async def switch_dms(self, interaction: Interaction, choice: str) -> None:
        """A press on the DM switch."""
        await hold(interaction)
        person = await self.settings.choose(interaction.user.id, wants_dms=choice == "on")
        await turn_into(interaction, self._settings(person))

    async def switch_nightly(self, interaction: Interaction, choice: str) -> None:
        """A press on the nightly switch."""
        await hold(interaction)
        person = await self.settings.choose(interaction.user.id, nightly=choice == "on")
        await turn_into(interaction, self._settings(person))

    async def switch_plays(self, interaction: Interaction, choice: str) -> None:
        """A press on the switch of keeping plays."""
        await hold(interaction)
        person = await self.settings.choose(interaction.user.id, keeps_plays=choice == "on")
        await turn_into(interaction, self._settings(person))


def _choices(offered: Sequence[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=value) for name, value in offered]


async def setup(bot: MusiVaultBot) -> None:
    """Called by discord.py when the bot loads this file by name."""
    cog = VaultCog(bot.services)
    bot.presses |= {
        **cog.export_desk.presses,
        **cog.restore_desk.presses,
        "status": cog.press_status,
        "changes": cog.turn_page,
        "look": cog.pick_state,
        "state": cog.turn_state,
        "bring": cog.bring_back,
        "keep_rules": cog.keep_rules,
        "settings_dms": cog.switch_dms,
        "settings_nightly": cog.switch_nightly,
        "settings_plays": cog.switch_plays,
    }
    await bot.add_cog(cog)
