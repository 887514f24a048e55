"""Exports on Discord: asked for, followed, and handed over as a file or a link."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import discord
from discord import ui

from bot.client import Press
from bot.jobs import Jobs
from bot.services.exports import SHORTEST, Delivery, ExportReport, Exports, Format, OneLock, PassphrasesDiffer, Wish
from cogs.present.exports import collected, exported
from cogs.replies import Interaction, answer, follow, tell, think
from storage.records import Run, RunKind, RunState

log = logging.getLogger(__name__)

NOT_HERE = (403, 413)
"""Discord's answers to files that may not be sent, and to those that are too large."""
NOTHING = 0
"""Bytes that are attached then."""


class ExportDesk:
    """What `/vault export` and the buttons about exports do."""

    def __init__(self, jobs: Jobs, exports: Exports) -> None:
        self.jobs = jobs
        self.exports = exports

    @property
    def presses(self) -> Mapping[str, Press]:
        """What buttons about exports call."""
        return {"download": self.download, "collect": self.collect}

    async def begin(self, interaction: Interaction, wish: Wish) -> None:
        """Make it, and hand it over once it is there."""
        await think(interaction)
        payload = await self.exports.request(interaction.user.id, wish)
        run = await self.jobs.enqueue(RunKind.EXPORT, interaction.user.id, payload)
        await follow(interaction, self.jobs, run, self._end)

    async def ask_passphrase(self, interaction: Interaction, wish: Wish) -> None:
        """A form, since whatever stands in a command stays to be read there."""
        if wish.recipient is not None:
            raise OneLock

        async def go_on(submitted: Interaction, passphrase: str) -> None:
            await self.begin(submitted, replace(wish, passphrase=passphrase))

        await interaction.response.send_modal(PassphraseForm(go_on))

    async def download(self, interaction: Interaction, archive_id: str) -> None:
        """A press on "Download" beside a backup: the archive as it is."""
        await self.begin(interaction, Wish(Format.JSON, backup=archive_id))

    async def collect(self, interaction: Interaction, download_id: str) -> None:
        """A press on "Get the file"."""
        await think(interaction)
        await self._hand_over(interaction, download_id, None)

    async def _end(self, interaction: Interaction, run: Run) -> None:
        if run.state is not RunState.DONE:
            await tell(interaction, run)
            return
        report = ExportReport.from_json(run.report)
        await self._hand_over(interaction, report.download_id, report)

    async def _hand_over(self, interaction: Interaction, download_id: str, report: ExportReport | None) -> None:
        """As an attachment if Discord takes one of that size here, else as a link."""
        ready, who, limit = self.exports.ready, interaction.user.id, interaction.filesize_limit
        delivery = await ready.hand_over(who, download_id, limit)
        try:
            await self._show(interaction, delivery, limit, report)
        except discord.HTTPException as refusal:
            if delivery.path is None or refusal.status not in NOT_HERE:
                raise
            log.info("export.not_attached person=%d size=%d status=%d", who, delivery.download.size, refusal.status)
            await self._show(interaction, await ready.hand_over(who, download_id, NOTHING), NOTHING, report)
            return
        if delivery.path is not None:
            await ready.done(delivery.download)

    @staticmethod
    async def _show(interaction: Interaction, delivery: Delivery, limit: int, report: ExportReport | None) -> None:
        await answer(interaction, exported(report, delivery, limit) if report else collected(delivery, limit))


class PassphraseForm(ui.Modal, title="Encrypt your export"):
    """Asks for a passphrase, twice: a typing mistake would make a file that nobody opens."""

    def __init__(self, then: Callable[[Interaction, str], Awaitable[None]]) -> None:
        super().__init__()
        self._then = then
        self._first: ui.TextInput[PassphraseForm] = _field("passphrase")
        self._again: ui.TextInput[PassphraseForm] = _field("again")
        described = f"At least {SHORTEST} characters. Without it nobody opens the file, and MusiVault forgets it."
        self.add_item(ui.Label(text="Passphrase", description=described, component=self._first))
        self.add_item(ui.Label(text="The same again", component=self._again))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Both have to be the same."""
        if self._first.value != self._again.value:
            raise PassphrasesDiffer
        await self._then(interaction, self._first.value)

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        """Errors end where those of commands do."""
        await interaction.client.explain(interaction, error)


def _field(name: str) -> "ui.TextInput[PassphraseForm]":
    return ui.TextInput(custom_id=name, min_length=SHORTEST, max_length=200)
